// What the page around the text does: light or dark, menus, and scrolling by keyboard. Everything else works without.
(() => {
  const root = document.documentElement;

  // ---- light, dark, or what the system prefers ------------------------------------------------------------------
  const button = document.querySelector(".mode-button");
  const names = { auto: "Colours: automatic", light: "Colours: light", dark: "Colours: dark" };
  const show = (mode) => {
    applyMode(mode);
    button.lastElementChild.textContent = names[mode];
  };
  button.addEventListener("click", () => {
    const order = prefersDark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"]; // the first click is seen
    const mode = order[(order.indexOf(root.dataset.mode) + 1) % 3];
    show(mode);
    try {
      localStorage.setItem("mode", mode);
    } catch {
      /* then it holds for this page only */
    }
  });
  prefersDark.addEventListener("change", () => applyMode(root.dataset.mode));
  show(root.dataset.mode);
  button.hidden = false;
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
  }); // paper is white
  addEventListener("afterprint", () => applyMode(root.dataset.mode));

  // ---- menus ----------------------------------------------------------------------------------------------------
  for (const menu of document.querySelectorAll("[popover]")) {
    menu.addEventListener("click", (event) => {
      if (event.target.closest("a")) menu.hidePopover();
    });
  }
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    const box = document.querySelector("#search-box");
    event.preventDefault();
    if (box) box.togglePopover();
    else document.querySelector("#search-words").focus();
  });

  // ---- from a disk, browsers show a notebook as text and do not save it: so there it comes as a script -----------
  window.saveNotebook = (name, text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
  };
  for (const link of document.querySelectorAll('a[download][href$=".ipynb"]')) {
    if (location.protocol !== "file:") break;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.head.append(Object.assign(document.createElement("script"), { src: `${link.href}.js` }));
    });
  }

  // ---- the section being read, marked in the contents -----------------------------------------------------------
  const links = new Map(
    [...document.querySelectorAll('.contents a[href^="#"]:not([href="#"])')].map((link) => [
      document.getElementById(decodeURIComponent(link.hash.slice(1))),
      link,
    ]),
  );
  links.delete(null);
  const inView = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) inView[entry.isIntersecting ? "add" : "delete"](entry.target);
      const here = [...links.keys()].findLast((section) => inView.has(section));
      for (const [section, link] of links) link.toggleAttribute("data-here", section === here);
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of links.keys()) observer.observe(section);

  // ---- what scrolls sideways can be reached by keyboard ----------------------------------------------------------
  const named = {
    TABLE: "Table, scrolls sideways",
    MATH: "Formula, scrolls sideways",
    PRE: "Code, scrolls sideways",
  };
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const kind = target.matches("pre") ? "PRE" : target.matches(".math") ? "MATH" : "TABLE";
      const wide = target.scrollWidth > target.clientWidth;
      const attributes = { tabindex: "0", role: "group", "aria-label": named[kind] };
      for (const [name, value] of Object.entries(attributes)) {
        if (wide) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  });
  for (const part of document.querySelectorAll("article :is(pre, div.math, .pst-scrollable-table-container)"))
    reach.observe(part);
})();
