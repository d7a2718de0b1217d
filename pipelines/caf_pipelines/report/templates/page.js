"use strict";
(function () {
  function show() {
    var name = decodeURIComponent(location.hash.slice(1));
    var found = name ? document.getElementById(name) : null;
    for (var one = found; one; one = one.parentElement) {
      if (one.tagName === "DETAILS") one.open = true;
    }
    if (found && found.tagName === "DETAILS") found.scrollIntoView();
  }
  addEventListener("hashchange", show);
  show();
  if (location.protocol !== "file:") {
    document.querySelectorAll("[data-run]").forEach(function (run) {
      var link = document.createElement("a");
      link.href = "/runs/" + run.dataset.run;
      run.replaceWith(link);
      link.appendChild(run);
    });
  }
  document.querySelectorAll(".extra").forEach(function (extra) {
    extra.hidden = false;
    extra.addEventListener("click", function (event) {
      var open = event.target.dataset.open;
      if (!open) return;
      document.querySelectorAll("#decisions > .card").forEach(function (card) {
        card.open = open === "true";
      });
    });
  });
})();
