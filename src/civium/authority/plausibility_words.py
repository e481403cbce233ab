"""What hands type when they do not type a name: rows of keys, words that stand for none, dates that fill a field. Lists, by script.

The rules are:
- a list gives an indication, never a verdict: there are people called Test;
- words that are the family names of many (Null, Muster, Testi, Foo, Rossi) are left out;
- source: the standard layouts named beside each row; the words are this project's own, from the fields' names in the languages of the forms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyRow:
    """One row of keys: how many side by side are no name, from the row's start and anywhere, read in either direction.

    Upper rows hold vowels: Wertz, Azer and Hertz are names, so more of them must stand together there.
    """

    keys: str
    from_start: int
    anywhere: int


KEY_ROWS = (
    KeyRow("qwertyuiop", 4, 6),  # QWERTY (ISO/IEC 9995-2)
    KeyRow("qwertzuiopü", 4, 6),  # QWERTZ (DIN 2137)
    KeyRow("azertyuiop", 5, 6),  # AZERTY (NF Z71-300)
    KeyRow("asdfghjkl", 4, 4),
    KeyRow("asdfghjklöä", 4, 4),
    KeyRow("qsdfghjklm", 4, 4),
    KeyRow("zxcvbnm", 4, 4),
    KeyRow("yxcvbnm", 4, 4),
    KeyRow("wxcvbn", 4, 4),
    KeyRow("ςερτυθιοπ", 4, 6),  # Greek (ELOT 928)
    KeyRow("ασδφγηξκλ", 4, 4),
    KeyRow("ζχψωβνμ", 4, 4),
    KeyRow("уеишщксдзц", 4, 5),  # Bulgarian BDS (BDS 5237)
    KeyRow("ьяаожгтнвмч", 4, 4),
    KeyRow("юйъэфхпрлб", 4, 5),
    KeyRow("явертъуиоп", 5, 6),  # Bulgarian phonetic (BDS 5237:2006)
    KeyRow("йцукенгшщзхъ", 4, 6),  # Cyrillic (GOST 6431), also met in the Union
    KeyRow("фывапролджэ", 4, 4),
    KeyRow("ячсмитьбю", 4, 5),
    KeyRow("асдфгхйкл", 4, 4),
    KeyRow("зьцжбнм", 4, 4),
)

# Parted by spaces; compared after folding (case, accents, signs between): `formats.identity_key.fold_name`.
PLACEHOLDERS = (
    # Latin
    "test tests testing testname prueba prova proba proef teszt asd asdasd xyz abc qwe foobar lorem ipsum blabla dummy noname keinname undefined "
    "firstname lastname surname givenname vorname nachname familienname prenom nomdefamille nombre apellido apellidos cognome "
    "voornaam achternaam fornavn efternavn fornamn efternamn etunimi sukunimi eesnimi perekonnanimi imie nazwisko jmeno prijmeni priezvisko "
    "ime prezime priimek vardas pavarde vards uzvards keresztnev vezeteknev prenume numedefamilie apelido sobrenome "
    "anonymous anonym anonyme anonimo anonimowy anoniem unknown unbekannt inconnu desconocido sconosciuto onbekend nieznany "
    "nobody nadie nessuno mustermann musterfrau "
    # Greek
    "τεστ δοκιμή όνομα επώνυμο επίθετο ανώνυμος ανώνυμη άγνωστος άγνωστη κανένας τίποτα ασδ ασδασδ χψζ αβγ "
    # Cyrillic
    "тест проба име фамилия презиме анонимен анонимна анонимно неизвестен неизвестна никой нищо асд асдасд абв"
)

# First and family names together; apart each is a name.
PLACEHOLDER_PAIRS = frozenset(
    {
        ("john", "doe"),
        ("jane", "doe"),
        ("mickey", "mouse"),
        ("micky", "maus"),
        ("donald", "duck"),
        ("homer", "simpson"),
        ("santa", "claus"),
        ("first", "last"),
        ("nome", "cognome"),
        ("nom", "prenom"),
        ("name", "name"),
        ("μικυ", "μαους"),
        ("мики", "маус"),
    }
)

# Month and day with a year that a hand types to fill a field; all lie more than a century back.
FILLED_DATES = frozenset(
    {"1900-01-01", "1899-12-30", "1899-12-31", "1901-01-01", "1900-12-31", "1910-10-10", "1911-11-11", "1912-12-12"}
)
