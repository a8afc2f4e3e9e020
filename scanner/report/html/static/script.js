"use strict";
(() => {
  const form = document.querySelector(".filter");
  const output = form.querySelector("output");
  const nothing = document.getElementById("nothing");
  const few = 150; // Of so many results that fit a filter, every rule is opened.
  const long = 25; // So many results of a rule are shown before "Show all".
  const heavy = 2000; // A page of so many results keeps what is folded out of the document until it is opened.

  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  // What a part says, in lower case; read only once somebody searches: there may be tens of thousands.
  const words = (each) => (each.words ??= each.source.textContent.toLowerCase());

  const rules = all("details.rule").map((part) => ({
    part,
    source: part.querySelector(":scope > summary"),
    passed: part.querySelector(":scope > .passed"),
    rest: part.querySelector(":scope > .on-paper"),
    lists: all(":scope > .rows, :scope > .passed > .rows", part).map((list) => ({ list, button: null, whole: false })),
    isOpen: part.open,
    rows: all("li.row", part).map((row) => ({
      row,
      source: row,
      verdict: row.dataset.verdict,
      severity: row.dataset.severity || part.dataset.severity,
      baseline: row.dataset.baseline || "",
      homes: row.dataset.ws.split(" "),
    })),
  }));
  const groups = all("section.group").map((part) => ({ part, folded: part.querySelector(":scope > .calm") }));
  const solutions = all("details.solution").map((part) => ({ part, token: part.dataset.ws }));
  const total = rules.reduce((sum, each) => sum + each.rows.length, 0);

  // Folded parts of a heavy page: a browser, its printer and a screen reader go through whatever is in the document.

  const stow = (each) => {
    each.stowed = document.createDocumentFragment();
    each.stowed.append(...[...each.part.children].slice(1));
  };
  const unstow = (each) => {
    if (each.stowed) each.part.append(each.stowed);
    each.stowed = null;
  };

  // One solution at a time, where there are many.

  const choice = document.getElementById("choose");
  const choose = (token) => {
    if (choice) {
      choice.value = token;
      for (const each of solutions) each.part.hidden = each.token !== token;
    }
    for (const each of solutions) {
      if (each.token === token) {
        unstow(each);
        each.part.open = true;
      }
    }
  };
  if (choice) {
    choice.closest(".choose").hidden = false;
    choice.addEventListener("change", () => choose(choice.value));
    for (const button of all(".choose button")) {
      button.addEventListener("click", () => {
        const next = choice.selectedIndex + Number(button.dataset.step);
        if (choice.options[next]) choose(choice.options[next].value);
      });
    }
  }
  if (total > heavy) [...rules, ...solutions].forEach(stow);
  for (const each of solutions) each.part.addEventListener("toggle", () => each.part.open && unstow(each));
  if (choice) choose(choice.value);

  // Long lists

  const shorten = (each) => {
    const shown = each.list.querySelectorAll(":scope > li:not([hidden])");
    const tooLong = shown.length > long && !each.whole;
    if (tooLong && !each.button) {
      each.button = Object.assign(document.createElement("button"), { type: "button", className: "whole" });
      each.button.addEventListener("click", () => {
        each.whole = true;
        shorten(each);
        shown[long].setAttribute("tabindex", "-1");
        shown[long].focus();
      });
      each.list.after(each.button);
    }
    each.list.classList.toggle("short", tooLong);
    if (each.button) {
      each.button.hidden = !tooLong;
      each.button.textContent = `Show all ${shown.length}`;
    }
  };
  const unfold = (rule) => {
    unstow(rule);
    rule.lists.forEach(shorten);
  };
  for (const rule of rules) rule.part.addEventListener("toggle", () => rule.part.open && unfold(rule));

  // What is asked for: the form is the state, the address carries a copy.

  const texts = ["q", "control", "workspace"];
  const choices = ["verdict", "severity", "baseline"];
  const asked = () => {
    const data = new FormData(form);
    const option = form.elements.workspace.selectedOptions[0];
    return {
      q: data.get("q").trim().toLowerCase(),
      control: data.get("control"),
      token: (option && option.dataset.token) || "",
      ...Object.fromEntries(choices.map((name) => [name, data.getAll(name)])),
    };
  };

  const fits = (each, rule, want) =>
    choices.every((name) => !want[name].length || want[name].includes(each[name])) &&
    (!want.token || each.homes.includes(want.token)) &&
    (!want.q || words(rule).includes(want.q) || words(each).includes(want.q));

  const apply = () => {
    const want = asked();
    const active = want.q || want.control || want.token || choices.some((name) => want[name].length);
    let shown = 0;
    for (const rule of rules) {
      const inControl = !want.control || rule.part.dataset.control === want.control;
      let calm = 0;
      rule.shown = 0;
      for (const each of rule.rows) {
        const visible = inControl && fits(each, rule, want);
        if (each.row.hidden === visible) each.row.hidden = !visible;
        rule.shown += visible;
        calm += visible && (each.verdict === "pass" || each.verdict === "n-a");
      }
      rule.part.hidden = !rule.shown;
      if (rule.rest) rule.rest.hidden = Boolean(active); // What it counts is not what fits the filter.
      if (rule.passed) {
        rule.passed.hidden = !calm;
        rule.passed.open = active ? calm > 0 && (calm === rule.shown || Boolean(want.q)) : calm === rule.rows.length;
      }
      shown += rule.shown;
    }
    for (const rule of rules) {
      rule.part.open = active ? rule.shown > 0 && (shown <= few || rule.isOpen) : rule.isOpen;
      if (rule.part.open) unfold(rule);
    }
    for (const { part, folded } of groups) {
      part.hidden = !part.querySelector("details.rule:not([hidden])");
      if (folded) folded.open = Boolean(active) && !part.hidden;
    }
    if (want.token) choose(want.token);
    if (!choice) for (const each of solutions) each.part.hidden = Boolean(want.token) && each.token !== want.token;
    nothing.hidden = shown > 0 || total === 0;
    output.textContent = shown === total ? `${total} results` : `${shown} of ${total} results`;
  };

  const write = () => {
    const data = new FormData(form);
    const params = new URLSearchParams();
    for (const name of texts) if (data.get(name)) params.set(name, data.get(name));
    for (const name of choices) if (data.getAll(name).length) params.set(name, data.getAll(name).join(","));
    const text = params.toString();
    history.replaceState(null, "", text ? `#?${text}` : "#results");
  };

  const read = () => {
    const params = new URLSearchParams(location.hash.slice(2));
    for (const name of texts) form.elements[name].value = params.get(name) || "";
    for (const box of all("input[type=checkbox]", form)) {
      box.checked = (params.get(box.name) || "").split(",").includes(box.value);
    }
  };

  const reveal = (target) => {
    for (let part = target; part; part = part.parentElement) if (part.matches("details")) part.open = true;
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
    const card = target.closest(".solution");
    if (card && choice) choose(card.dataset.ws);
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
    } else if (what) for (const part of all("details.rule, details.calm")) part.open = what === "open";
  });
  document.getElementById("solutions").addEventListener("click", (event) => {
    const workspace = event.target.dataset.only;
    if (workspace === undefined) return;
    form.reset();
    form.elements.workspace.value = workspace;
    changed();
    document.getElementById("results").scrollIntoView();
  });
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

  // The heat map: one stop for Tab, arrow keys from cell to cell; a field that finds a workspace among many.

  const heat = document.querySelector("table.heat");
  const grid = heat ? all("tr", heat).slice(1).map((row) => ({ row, cells: [...row.cells] })) : [];
  const link = (cell) => cell.querySelector("a");
  const nearest = (row, column) => {
    const found = row.cells.map((cell, place) => [Math.abs(place - column), link(cell)]).filter(([, a]) => a);
    return found.sort(([one], [other]) => one - other).map(([, a]) => a)[0];
  };
  const along = (row, column, step) => {
    for (let place = column + step; row.cells[place]; place += step) if (link(row.cells[place])) return link(row.cells[place]);
    return null;
  };
  const across = (place, column, step) => {
    for (let next = place + step; grid[next]; next += step) {
      const found = !grid[next].row.hidden && nearest(grid[next], column);
      if (found) return found;
    }
    return null;
  };
  const rest = (cell) => {
    for (const each of all("a[tabindex='0']", heat)) each.tabIndex = -1;
    cell.tabIndex = 0;
  };
  if (heat) {
    const links = all("a", heat);
    for (const each of links) each.tabIndex = -1;
    if (links.length) links[0].tabIndex = 0;
    heat.addEventListener("focusin", (event) => event.target.matches("a") && rest(event.target));
    heat.addEventListener("keydown", (event) => {
      const cell = event.target.closest("th, td");
      const place = grid.findIndex((each) => each.row === cell.parentElement);
      const column = cell.cellIndex;
      const go = {
        ArrowLeft: () => along(grid[place], column, -1),
        ArrowRight: () => along(grid[place], column, 1),
        ArrowUp: () => across(place, column, -1),
        ArrowDown: () => across(place, column, 1),
        Home: () => nearest(grid[place], 0),
        End: () => nearest(grid[place], cell.parentElement.cells.length),
      }[event.key];
      if (!go) return;
      event.preventDefault();
      const next = go();
      if (next) next.focus();
    });
    const named = grid.filter((each) => each.row.dataset.name);
    const field = document.getElementById("find-workspace");
    if (named.length > 12) field.closest(".find-row").hidden = false;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const each of named) each.row.hidden = !each.row.dataset.name.toLowerCase().includes(wanted);
      const left = named.filter((each) => !each.row.hidden).length;
      document.getElementById("found-workspaces").textContent = wanted ? `${left} of ${named.length}` : "";
      const stop = heat.querySelector("a[tabindex='0']");
      if (stop && stop.closest("[hidden]")) rest(links.find((each) => !each.closest("[hidden]")));
    });
  }

  // Paper shows the failures; a browser whose style sheets cannot open what is folded is helped.

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...rules, ...solutions].filter(({ part }) => part.matches(".group.fail > *, .printed") && !part.open);
    for (const each of opened) {
      unstow(each);
      each.part.open = true;
    }
  });
  addEventListener("afterprint", () => opened.forEach((each) => (each.part.open = false)));
  addEventListener("hashchange", follow);
  follow();
})();
