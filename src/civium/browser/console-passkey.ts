// Passkeys: asks the browser to make or to use one (WebAuthn), and sends what it gives with the form that asked.
//
// The rules are:
// - forms that need a passkey are hidden until a script that can ask for one has loaded;
// - what the server asks stands in the page, or is asked for when the button is pressed; its bytes are spelled in base64url.
interface Asked {
  readonly create?: { readonly publicKey: Record<string, unknown> };
  readonly get?: { readonly publicKey: Record<string, unknown> };
}

export function offerPasskeys(): void {
  if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey], form[data-passkey-options]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

async function answer(form: HTMLFormElement): Promise<void> {
  const failed = form.querySelector<HTMLElement>("[data-failed]");
  const field = form.elements.namedItem("credential") as HTMLInputElement;
  if (failed !== null) failed.hidden = true;
  try {
    field.value = JSON.stringify(await ask(await asked(form)));
    form.submit();
  } catch {
    // Given up, refused by the device, or too slow: the person decides what to do next.
    if (failed !== null) failed.hidden = false;
  }
}

async function asked(form: HTMLFormElement): Promise<Asked> {
  const address = form.dataset["passkeyOptions"];
  if (address === undefined) return JSON.parse(document.querySelector("#passkey-request")?.textContent ?? "{}") as Asked;
  const token = (form.elements.namedItem("csrfmiddlewaretoken") as HTMLInputElement).value;
  const reply = await fetch(address, { method: "POST", body: new URLSearchParams({ csrfmiddlewaretoken: token }) });
  if (!reply.ok) throw new Error("refused");
  return { get: (await reply.json()) as { publicKey: Record<string, unknown> } };
}

async function ask(request: Asked): Promise<unknown> {
  if (request.create !== undefined) {
    const made = await navigator.credentials.create({ publicKey: opened(request.create.publicKey) as unknown as PublicKeyCredentialCreationOptions });
    return spelled(made as PublicKeyCredential);
  }
  const found = await navigator.credentials.get({ publicKey: opened(request.get?.publicKey ?? {}) as unknown as PublicKeyCredentialRequestOptions });
  return spelled(found as PublicKeyCredential);
}

/** Gives what the server asks with bytes where the browser wants bytes. */
function opened(options: Record<string, unknown>): Record<string, unknown> {
  const listed = (name: string): unknown =>
    (options[name] as { id: string }[] | undefined)?.map((one) => ({ ...one, id: bytes(one.id) }));
  const user = options["user"] as { id: string } | undefined;
  return {
    ...options,
    challenge: bytes(options["challenge"] as string),
    ...(user === undefined ? {} : { user: { ...user, id: bytes(user.id) } }),
    ...(options["excludeCredentials"] === undefined ? {} : { excludeCredentials: listed("excludeCredentials") }),
    ...(options["allowCredentials"] === undefined ? {} : { allowCredentials: listed("allowCredentials") }),
  };
}

/** Gives what the browser gave, as JSON can hold it. */
function spelled(credential: PublicKeyCredential): unknown {
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const told: Record<string, string> = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] as const) {
    const value = response[name] as ArrayBuffer | null | undefined;
    if (value) told[name] = text(value);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(spelling: string): Uint8Array<ArrayBuffer> {
  const raw = atob(spelling.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

function text(value: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(value))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
