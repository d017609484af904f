// Passkeys at the door: adding one, and using one as the second step. The options stand in the page.

const options = JSON.parse(document.getElementById("passkey-options").textContent);
const form = document.querySelector("[data-passkey-add], [data-passkey-sign-in]");
const adds = "passkeyAdd" in form.dataset;

async function answer() {
  if (adds) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.creation_options.publicKey);
    return navigator.credentials.create({ publicKey });
  }
  const asked = options.request_options ?? options.webauthn_options ?? options;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.publicKey);
  return navigator.credentials.get({ publicKey });
}

async function use() {
  const said = form.querySelector("[role=alert]");
  said.hidden = true;
  try {
    const credential = await answer();
    form.querySelector("input[name=credential]").value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch {
    said.hidden = false;
  }
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  const button = form.querySelector("button[type=button]");
  button.addEventListener("click", use);
  button.hidden = false; // not before it does something
}
