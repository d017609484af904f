// Beside every password that signs stands a passkey: its answer goes where the password would, with the same form.
// It signs the form as it stands, at the address it goes to; what is changed afterwards has to be signed again.

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

const submitter = (form) => form.querySelector(".btn-primary[type=submit]");

// The same values that the form will send, but no password.
function signed(form) {
  const values = new URLSearchParams();
  const secret = new Set([...form.querySelectorAll('input[type="password"]')].map((each) => each.name));
  for (const [name, value] of new FormData(form, submitter(form))) {
    if (typeof value === "string" && !secret.has(name)) values.append(name, value);
  }
  return values;
}

function whereTo(form) {
  const to = form.getAttribute("hx-post") || submitter(form)?.getAttribute("formaction") || form.getAttribute("action");
  const address = new URL(to || location.href, location.href);
  return address.pathname + address.search;
}

async function sign(input, button, said) {
  said.hidden = true;
  button.disabled = true;
  try {
    const asks = new URLSearchParams({ who: signer(input), address: whereTo(input.form) });
    const asked = await fetch(`${meta.content}?${asks}`, {
      method: "POST",
      body: signed(input.form),
      headers: { "X-CSRFToken": token() },
    });
    if (!asked.ok) throw new Error(asked.status === 409 ? await asked.text() : "");
    const options = await asked.json();
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey);
    const credential = await navigator.credentials.get({ publicKey });
    input.value = `passkey:${JSON.stringify(credential.toJSON())}`;
    const others = [...input.form.querySelectorAll(SIGNS)].some((each) => !each.value);
    if (!others) input.form.requestSubmit(submitter(input.form));
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
  const signs = Object.assign(document.createElement("p"), { className: "hint", textContent: meta.dataset.signs });
  button.addEventListener("click", () => sign(input, button, said));
  input.after(button, signs, said);
}

function offerAll() {
  document.querySelectorAll(SIGNS).forEach(offer);
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  offerAll();
  new MutationObserver(offerAll).observe(document.body, { childList: true, subtree: true });
}
