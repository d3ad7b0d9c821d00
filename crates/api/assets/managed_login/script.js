// Passkeys, buttons that show passwords, and no form is sent twice. All pages but those of passkeys work without this.
(() => {
  "use strict";

  // --- No form is sent twice.

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
    } else if (!event.defaultPrevented) {
      form.dataset.sent = "true";
    }
  });
  // A page that comes back from the browser's cache can be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      delete form.dataset.asking;
    }
  });

  // --- Passwords that can be read.

  const words = document.body.dataset;
  for (const holder of document.querySelectorAll(".password")) {
    const input = holder.querySelector("input");
    const button = document.createElement("button");
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? words.hide : words.show;
      button.setAttribute("aria-label", shown ? words.hidePassword : words.showPassword);
    };
    button.type = "button";
    button.className = "show";
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => show(input.type === "password"));
    // What is sent is a password, for the browser's own memory too.
    input.form.addEventListener("submit", () => show(false));
    show(false);
    holder.append(button);
  }

  // --- Passkeys: JSON has base64url where the browser has bytes.

  const toBytes = (text) => {
    const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  };
  const toText = (buffer) => {
    let characters = "";
    for (const byte of new Uint8Array(buffer)) characters += String.fromCharCode(byte);
    return btoa(characters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withBytes = (list) => (list || []).map((known) => ({ ...known, id: toBytes(known.id) }));

  const creationOptions = (json) =>
    PublicKeyCredential.parseCreationOptionsFromJSON
      ? PublicKeyCredential.parseCreationOptionsFromJSON(json)
      : {
          ...json,
          challenge: toBytes(json.challenge),
          user: { ...json.user, id: toBytes(json.user.id) },
          excludeCredentials: withBytes(json.excludeCredentials),
        };
  const requestOptions = (json) =>
    PublicKeyCredential.parseRequestOptionsFromJSON
      ? PublicKeyCredential.parseRequestOptionsFromJSON(json)
      : {
          ...json,
          challenge: toBytes(json.challenge),
          allowCredentials: withBytes(json.allowCredentials),
        };

  const toJson = (credential) => {
    if (credential.toJSON) return credential.toJSON();
    const from = credential.response;
    const response = { clientDataJSON: toText(from.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[name]) response[name] = toText(from[name]);
    }
    if (from.getTransports) response.transports = from.getTransports();
    return {
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  };

  for (const holder of document.querySelectorAll("[data-ceremony]")) {
    const form = holder.querySelector("form");
    const tell = (text) => {
      const alert = document.getElementById("error");
      alert.textContent = text;
      alert.hidden = false;
    };
    holder.querySelector(".needs-script").remove();
    if (!window.PublicKeyCredential || !navigator.credentials) {
      tell(holder.dataset.unsupported);
      continue;
    }
    holder.querySelector("button").hidden = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.dataset.asking) return;
      form.dataset.asking = "true";
      try {
        const options = JSON.parse(holder.dataset.options);
        const json = options.publicKey || options;
        const credential =
          holder.dataset.ceremony === "create"
            ? await navigator.credentials.create({ publicKey: creationOptions(json) })
            : await navigator.credentials.get({ publicKey: requestOptions(json) });
        form.elements.credential.value = JSON.stringify(toJson(credential));
        // This way there is no submit event again.
        form.submit();
      } catch (error) {
        console.warn(error);
        delete form.dataset.asking;
        tell(holder.dataset.failed);
      }
    });
  }
})();
