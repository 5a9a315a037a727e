/* Runs before anything is painted, so that a dark desk never flashes white and a page's language is right at once. */
(function () {
  var stored = {};
  try {
    stored = JSON.parse(localStorage.getItem("sambung.preferences") || "{}");
  } catch {
    // A private window may refuse storage: the system's theme and language apply.
  }
  var theme = stored.theme || "system";
  var dark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  var root = document.documentElement;
  root.dataset.theme = dark ? "dark" : "light";
  root.lang = stored.language || (/^(en)\b/i.test(navigator.language) ? "en" : "id");
})();
