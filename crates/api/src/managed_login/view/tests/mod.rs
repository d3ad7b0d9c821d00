//! Tests over all pages and all languages.

mod documents;
mod pages;
mod samples;
mod texts;
