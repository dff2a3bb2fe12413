/* Passkeys: asks the server what is to be signed, has the browser's authenticator sign it, and sends
   the answer as the form it belongs to. What needs it stays hidden where it cannot work. */
(() => {
  "use strict";

  const Credential = window.PublicKeyCredential;
  const works = navigator.credentials && Credential
    && Credential.parseCreationOptionsFromJSON && Credential.parseRequestOptionsFromJSON;
  if (!works) {
    return;
  }

  for (const part of document.querySelectorAll("[data-passkey], [data-passkey-only]")) {
    part.hidden = false;
  }
  for (const part of document.querySelectorAll("[data-passkey-without]")) {
    part.hidden = true;
  }

  /* What is to be signed; nothing where the server would not say: the page, sent without an answer,
     says why. */
  async function challenge(form) {
    const answer = await fetch(form.dataset.challenge, {
      method: "POST",
      body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }),
      redirect: "manual",
    });
    return answer.ok ? answer.json() : null;
  }

  async function signed(form, options) {
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: Credential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: Credential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(credential.toJSON());
  }

  /* One of the sentences that the page brought along; none takes back the last. */
  function say(form, which) {
    const problem = form.querySelector("[data-passkey-problem]");
    problem.querySelector("[data-passkey-words]").textContent = which ? problem.dataset[which] : "";
    problem.hidden = !which;
  }

  const SENTENCES = { InvalidStateError: "already", SecurityError: "elsewhere" };

  async function prove(form) {
    const name = form.elements.name;
    if (name instanceof HTMLInputElement && !name.value.trim()) {
      return true;
    }
    const options = await challenge(form).catch(() => null);
    if (!options) {
      return true;
    }
    try {
      form.elements.passkey.value = await signed(form, options);
      return true;
    } catch (error) {
      say(form, SENTENCES[error.name] ?? "unproved");
      return false;
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.busy) {
        return;
      }
      form.dataset.busy = "1";
      say(form, "");
      if (await prove(form)) {
        form.submit();
      } else {
        delete form.dataset.busy;
      }
    });
  }
  /* back from the next page, as it was left */
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-passkey]")) {
      delete form.dataset.busy;
      form.elements.passkey.value = "";
    }
  });
})();
