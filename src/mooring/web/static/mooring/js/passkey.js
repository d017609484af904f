// Beside every password that signs stands a passkey: its answer goes where the password would, with the same form.

const meta = document.querySelector('meta[name="mooring-passkey"]');
const SIGNS = 'input[type="password"][autocomplete="current-password"]';

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

// A colleague who signs second on this device is chosen in the form: their own passkey answers.
function signer(input) {
  if (!input.name.startsWith("second")) return "";
  return input.form.elements[input.name.replace("_password", "")]?.value ?? "";
}

async function sign(input, button, said) {
  said.hidden = true;
  button.disabled = true;
  try {
    const asked = await fetch(meta.content, {
      method: "POST",
      body: new URLSearchParams({ who: signer(input) }),
      headers: { "X-CSRFToken": token() },
    });
    if (!asked.ok) throw new Error(asked.status === 409 ? await asked.text() : "");
    const options = await asked.json();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
    const credential = await navigator.credentials.get({ publicKey });
    input.value = `passkey:${JSON.stringify(credential.toJSON())}`;
    const others = [...input.form.querySelectorAll(SIGNS)].some((each) => !each.value);
    if (!others) input.form.requestSubmit(input.form.querySelector(".btn-primary[type=submit]"));
  } catch (error) {
    said.textContent = error.name === "Error" && error.message ? error.message : meta.dataset.failed;
    said.hidden = false;
  } finally {
    button.disabled = false;
  }
}

function offer(input) {
  if (input.dataset.passkey || !input.form) return;
  input.dataset.passkey = "offered";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = meta.dataset.act;
  const said = document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.hidden = true;
  button.addEventListener("click", () => sign(input, button, said));
  input.after(button, said);
}

function offerAll() {
  document.querySelectorAll(SIGNS).forEach(offer);
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  offerAll();
  new MutationObserver(offerAll).observe(document.body, { childList: true, subtree: true });
}
