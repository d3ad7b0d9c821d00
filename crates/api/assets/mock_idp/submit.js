// Sends the form on, so that nobody has to press its button.
document.querySelector("form").submit();
