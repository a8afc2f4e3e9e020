"use strict";
(() => {
  const form = document.querySelector(".filter");
  const output = form.querySelector("output");
  const nothing = document.getElementById("nothing");
  const few = 150;
  const rules = [...document.querySelectorAll("details.rule")].map((part) => ({
    part,
    isOpen: part.open,
    words: part.querySelector(":scope > summary").textContent.toLowerCase(),
    rows: [...part.querySelectorAll("li.row")].map((row) => ({
      row,
      words: row.textContent.toLowerCase(),
      homes: row.dataset.ws.split(" "),
    })),
  }));
  const controls = [...document.querySelectorAll("section.control")];
  const total = rules.reduce((sum, each) => sum + each.rows.length, 0);

  // What is asked for: the form is the state, the address carries a copy.
  const asked = () => {
    const data = new FormData(form);
    const option = form.elements.workspace.selectedOptions[0];
    return {
      q: data.get("q").trim().toLowerCase(),
      control: data.get("control"),
      token: (option && option.dataset.token) || "",
      verdict: data.getAll("verdict"),
      severity: data.getAll("severity"),
    };
  };

  const fits = (each, rule, want) =>
    (!want.verdict.length || want.verdict.includes(each.row.dataset.verdict)) &&
    (!want.severity.length || want.severity.includes(each.row.dataset.severity)) &&
    (!want.token || each.homes.includes(want.token)) &&
    (!want.q || each.words.includes(want.q) || rule.words.includes(want.q));

  const apply = () => {
    const want = asked();
    const active = want.q || want.control || want.token || want.verdict.length || want.severity.length;
    let shown = 0;
    for (const rule of rules) {
      const inControl = !want.control || rule.part.closest(".control").dataset.control === want.control;
      rule.shown = 0;
      for (const each of rule.rows) {
        const visible = inControl && fits(each, rule, want);
        each.row.hidden = !visible;
        rule.shown += visible;
      }
      rule.part.hidden = !rule.shown;
      shown += rule.shown;
    }
    for (const rule of rules) {
      rule.part.open = active ? rule.shown > 0 && (shown <= few || rule.isOpen) : rule.isOpen;
    }
    for (const control of controls) control.hidden = !control.querySelector("details.rule:not([hidden])");
    for (const home of document.querySelectorAll("[data-ws].solution, tbody[data-ws]")) {
      home.hidden = Boolean(want.token) && home.dataset.ws !== want.token;
    }
    if (want.token) for (const each of document.querySelectorAll(`.solution[data-ws="${want.token}"] details.picture`)) each.open = true;
    nothing.hidden = shown > 0 || total === 0;
    output.textContent = shown === total ? `${total} results` : `${shown} of ${total} results`;
  };

  const write = () => {
    const data = new FormData(form);
    const params = new URLSearchParams();
    for (const name of ["q", "control", "workspace"]) if (data.get(name)) params.set(name, data.get(name));
    for (const name of ["verdict", "severity"]) if (data.getAll(name).length) params.set(name, data.getAll(name).join(","));
    const text = params.toString();
    history.replaceState(null, "", text ? `#?${text}` : "#results");
  };

  const read = () => {
    const params = new URLSearchParams(location.hash.slice(2));
    for (const name of ["q", "control", "workspace"]) form.elements[name].value = params.get(name) || "";
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      box.checked = (params.get(box.name) || "").split(",").includes(box.value);
    }
  };

  const reveal = (target) => {
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
    const picture = target.querySelector(":scope > details.picture");
    if (picture) picture.open = true;
    target.scrollIntoView();
  };

  // An address is a filter (#?verdict=fail) or the id of something on the page (#rule-compute-in-vnet).
  const follow = () => {
    if (location.hash.startsWith("#?")) {
      read();
      apply();
      document.getElementById("results").scrollIntoView();
      return;
    }
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      apply();
    }
    reveal(target);
  };

  const changed = () => {
    apply();
    write();
  };

  form.hidden = false;
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const what = event.target.dataset.do;
    if (what === "clear") {
      form.reset();
      changed();
    } else if (what) for (const rule of rules) rule.part.open = what === "open";
  });
  for (const button of document.querySelectorAll("button.only")) {
    button.addEventListener("click", () => {
      form.reset();
      form.elements.workspace.value = button.dataset.only;
      changed();
      document.getElementById("results").scrollIntoView();
    });
  }
  document.addEventListener("keydown", (event) => {
    const field = form.elements.q;
    const typing = /^(input|select|textarea)$/i.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
    } else if (event.key === "Escape" && document.activeElement === field && field.value) {
      field.value = "";
      changed();
    }
  });
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  follow();
})();
