// What htmx and HTML cannot do by themselves. Without this file every page works all the same.

// Ctrl+Enter (Cmd+Enter) in the case sends it.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// After a part of the page was replaced, the keyboard and the screen reader go on where the news is.
document.addEventListener("htmx:afterSwap", () => {
  const places = ["main [role=alert]", "main [role=status].done", "#answer", "main"];
  const news = places.map((place) => document.querySelector(place)).find(Boolean);
  news.tabIndex = -1;
  news.focus();
});
