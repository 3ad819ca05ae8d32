// Passkeys: asks the browser for one, and sends what it says with the form. Without this file no page offers them.

const fromText = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The server writes bytes as text, in these places.
function read(options) {
  const asked = structuredClone(options.publicKey);
  asked.challenge = fromText(asked.challenge);
  if (asked.user) asked.user.id = fromText(asked.user.id);
  for (const list of [asked.allowCredentials, asked.excludeCredentials]) {
    for (const one of list ?? []) one.id = fromText(one.id);
  }
  return asked;
}

function written(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsFrom, {headers: {Accept: "application/json"}});
  return (await answer.json()).request_options;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-passkey]");
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  try {
    const publicKey = read(await optionsOf(form));
    const create = form.dataset.passkey === "create";
    const credential = await (create ? navigator.credentials.create({publicKey}) : navigator.credentials.get({publicKey}));
    form.elements.credential.value = written(credential);
    form.submit();
  } catch {
    form.querySelector("[data-failed]").hidden = false;
  }
});
