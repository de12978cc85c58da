/** Says under the password field whether Caps Lock is on. */
const [password, warning] = [document.getElementById("password"), document.querySelector("#capitals span")];

for (const kind of ["keydown", "keyup", "mousedown"])
  password.addEventListener(kind, (event) => {
    warning.hidden = !event.getModifierState?.("CapsLock");
  });
