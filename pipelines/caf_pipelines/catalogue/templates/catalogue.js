"use strict";
(function () {
  var box = document.querySelector(".find");
  var input = document.getElementById("words");
  var told = document.getElementById("found");
  var cards = Array.prototype.slice.call(document.querySelectorAll(".card[data-words]"));
  function look() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    cards.forEach(function (card) {
      var fits = words.every(function (word) { return card.dataset.words.indexOf(word) >= 0; });
      card.hidden = !fits;
      if (fits) shown += 1;
    });
    told.textContent = shown + " of " + cards.length + " entries";
  }
  function open() {
    var name = decodeURIComponent(location.hash.slice(1));
    var found = name ? document.getElementById(name) : null;
    if (found && found.tagName === "DETAILS") found.open = true;
  }
  box.hidden = false;
  input.addEventListener("input", look);
  addEventListener("hashchange", open);
  look();
  open();
})();
