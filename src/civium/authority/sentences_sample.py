"""What an officer reads when a sample, a sheet or an extract of the register cannot be used: for each code one sentence, and what to do about it."""

from __future__ import annotations

SAMPLE_SENTENCES: dict[str, tuple[str, str]] = {
    "sample-demand": (
        "confidence and margin must be given together: 50 to 99.99 per cent, and 0.1 to 25 points",
        "for example --confidence 95 --margin 2.5, or --preset nl",
    ),
    "sample-dice": (
        "the file holds other signs than the throws of a die",
        "write the digits 1 to 6, with spaces or line breaks as you like",
    ),
    "sample-dice-few": ("{throws} throws are too few", "throw {needed} times or more: with fewer, the hash would betray them"),
    "sample-cuts": (
        "the cuts do not fit the strata",
        "--strata days wants days in order (--cut 2026-05-01), --strata entries numbers of log entries; the others want none; at most 23",
    ),
    "sample-strata": (
        "these statements fall into more than {most} strata",
        "plan with fewer: by days with a few cuts, for example",
    ),
    "sample-undecided": (
        "{undecided} statements still wait for a decision",
        "decide them first ('civium-authority show'); whole grounds can be accepted and sampled apart with --strata decision",
    ),
    "sample-nothing": ("no statement is accepted, so there is nothing to draw from", "see the numbers: civium-authority report"),
    "sample-no-plan": (
        "there is no plan of a sample beside this export",
        "first: civium-authority sample plan EXPORT --key FILE --by NAME",
    ),
    "sample-plan-there": (
        "the journal names a plan of a sample already",
        "draw from that one; another plan would be another seed",
    ),
    "sample-plan-foreign": (
        "the plan beside this export is not the one that the journal names",
        "take the plan file from your backup",
    ),
    "sample-seed": (
        "the seed in the plan file is not the one whose hash was told",
        "keep the file as it is, take the copy from your backup, and tell whoever heard the hash",
    ),
    "sample-drawn": (
        "the sample has been drawn",
        "go on with 'sample split' or 'sample match'; a further draw is asked for with --more",
    ),
    "sample-not-drawn": ("no sample has been drawn here", "first: civium-authority sample draw EXPORT --key FILE --by NAME"),
    "sample-not-needed": ("the last estimate asks for no further draw", "name a number if you want one all the same: --more 500"),
    "sample-all-drawn": ("every accepted statement has been drawn", "there is nothing left to draw"),
    "sample-population": (
        "statements were decided after the draw: it is no longer a sample of what is accepted now",
        "a finding in the sample is not decided one by one, it stands for others; take the later decisions back with 'decide'",
    ),
    "sample-sheets": ("more than {most} sheets are not written", "give several rows to one clerk"),
    "sample-split-there": (
        "this draw was given out in another way",
        "use the same --sheets and --second-opinion; returned sheets are compared with what was given out",
    ),
    "sample-not-split": ("this draw has not been given out on sheets", "first: civium-authority sample split … --to FOLDER"),
    "sample-conflicts": (
        "places where the sheets do not agree: {conflicts}, told above; nothing was written",
        "put the sheets right, or settle a row (--settle 17=invalid), or ignore a column that a spreadsheet rewrote (--ignore-column received_on)",
    ),
    "sample-incomplete": (
        "{missing} drawn statements have no clear result",
        "merge their sheets, or settle them, or count them against: --open-as invalid",
    ),
    "sample-threshold": ("more are asked for than there are: {population} are accepted", "give how many of these must be valid"),
    "sample-rule": ("this State's form does not ask {column}", "take another --rule"),
    "sample-not-estimated": (
        "a sample was drawn and nothing was estimated from it since",
        "first: civium-authority sample estimate EXPORT --key FILE --by NAME",
    ),
    "sample-early-few": (
        "{usable} statements could be drawn, and fewer than {fewest} say too much about each",
        "wait until more have arrived, or ask for a larger --size",
    ),
    "sample-not-early": (
        "this is the submission package",
        "open and verify it; 'sample draw' takes a sample of what is accepted",
    ),
    "sheet-malformed": (
        "this is not a sheet that 'sample split' wrote",
        "save it as .xlsx or as CSV in UTF-8, with its head line",
    ),
    "sheet-encoding": ("this CSV is not in UTF-8, so names in it may be garbled", "save it again as .xlsx, or as 'CSV UTF-8'"),
    "sheet-too-large": ("this file is larger than {most} bytes", "look whether the right file was chosen"),
    "sheet-foreign": ("these sheets are of another sample or another draw", "look whether the right files were chosen"),
    "register-malformed": (
        "this extract has no lines, or a line is shorter than the head line",
        "export it again as CSV with a head line, in UTF-8",
    ),
    "register-column": (
        "the extract has no column for {column}, or two of one name",
        "say how it is called there: --column {column}=NAME",
    ),
    "too-many-rows": ("a workbook holds {most} rows at most", "write it as csv"),
    "certificate-sample": (
        "a sample was drawn: say what counts",
        "--sample estimate (the number by the sample), --sample lower (its lower bound) or --sample none (all accepted), as your law has it",
    ),
}
