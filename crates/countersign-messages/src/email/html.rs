//! The HTML of an email.
//!
//! Written for what reads emails, not for browsers: tables for layout and styles on the elements, because some readers drop
//! the head. One column of at most 480 pixels, readable from 320 on. Colours pass WCAG AA in either scheme: no text has a
//! contrast below 5.5.

use super::line;
use crate::catalogue::{Catalogue, EmailWords, Fill, Phrase, Piece};
use crate::out::Out;

/// Between what a list of emails shows and the body: without it, lists go on to show the code.
const FILLER: &str = "&#847;&zwnj;&nbsp;";

/// More than any list shows.
const FILLERS: usize = 90;

const HEAD: &str = r#"<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.page { background-color: #101418 !important; }
.card { background-color: #1b2127 !important; }
.text { color: #f1f4f6 !important; }
.code { color: #ffffff !important; background-color: #2a323a !important; }
.note { color: #b3bdc6 !important; }
}
</style>
"#;

const OPEN: &str = r#"<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f2f4f6;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:480px;background-color:#ffffff;border-radius:12px;">
"#;

const FONT: &str = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;";

const DIGITS: &str = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;";

/// Writes the whole document.
pub(super) fn write(words: &EmailWords, catalogue: &Catalogue, fill: Fill<'_>, out: &mut dyn Out) {
    let (direction, align) = if catalogue.right_to_left { ("rtl", "right") } else { ("ltr", "left") };
    let mut html = Html { fill, direction, align, out };
    html.parts(&[
        "<!DOCTYPE html>\n<html lang=\"",
        catalogue.language.as_str(),
        "\" dir=\"",
        direction,
        "\">\n<head>\n",
    ]);
    html.parts(&[HEAD, "<title>"]);
    line(&words.subject, fill, &mut Escaped(html.out));
    html.parts(&["</title>\n</head>\n<body class=\"page\" style=\"margin:0;padding:0;background-color:#f2f4f6;\">\n"]);
    html.parts(&["<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all;\">"]);
    html.phrase(&words.preheader);
    (0..FILLERS).for_each(|_| html.parts(&[FILLER]));
    html.parts(&["</div>\n", OPEN]);

    html.row(
        "text",
        "padding:28px 20px 0;font-size:22px;line-height:28px;font-weight:bold;color:#14191f;",
        "h1",
        &words.heading,
    );
    html.row("text", "padding:12px 20px 0;font-size:16px;line-height:24px;color:#14191f;", "p", &words.intro);
    html.code();
    html.row("text", "padding:20px 20px 0;font-size:16px;line-height:24px;color:#14191f;", "p", &words.expiry);
    html.row("text", "padding:4px 20px 0;font-size:16px;line-height:24px;color:#14191f;", "p", &words.secrecy);
    html.row("note", "padding:20px 20px 0;font-size:14px;line-height:20px;color:#57606a;", "p", &words.ignore);
    html.brand();
    html.parts(&["</table>\n</td></tr>\n</table>\n</body>\n</html>\n"]);
}

struct Html<'a> {
    fill: Fill<'a>,
    direction: &'static str,
    align: &'static str,
    out: &'a mut dyn Out,
}

impl Html<'_> {
    fn parts(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.out.put(part));
    }

    /// A row of the card with one text in it.
    fn row(&mut self, class: &str, style: &str, tag: &str, phrase: &Phrase) {
        self.open_row(class, style);
        self.parts(&["<", tag, " style=\"margin:0;font-size:inherit;font-weight:inherit;\">"]);
        self.phrase(phrase);
        self.parts(&["</", tag, "></td></tr>\n"]);
    }

    fn open_row(&mut self, class: &str, style: &str) {
        let (direction, align) = (self.direction, self.align);
        self.parts(&["<tr><td class=\"", class, "\" dir=\"", direction, "\" align=\"", align, "\" style=\""]);
        self.parts(&[FONT, "text-align:", align, ";word-break:break-word;overflow-wrap:anywhere;", style, "\">"]);
    }

    /// The code, as large as its digits leave room for at 320 pixels; spaced by style alone, so that a copy has no spaces.
    fn code(&mut self) {
        let size = match self.fill.code.len() {
            0..=6 => "font-size:40px;line-height:48px;letter-spacing:4px;text-indent:4px;",
            7..=8 => "font-size:36px;line-height:44px;letter-spacing:2px;text-indent:2px;",
            _ => "font-size:32px;line-height:40px;letter-spacing:0;",
        };
        self.parts(&["<tr><td align=\"center\" style=\"padding:20px 20px 0;\">"]);
        self.parts(&["<div class=\"code\" dir=\"ltr\" style=\"", DIGITS, size]);
        self.parts(&["font-weight:bold;font-variant-numeric:tabular-nums;white-space:nowrap;text-align:center;"]);
        self.parts(&["padding:12px 4px;border-radius:8px;color:#14191f;background-color:#eef1f4;"]);
        self.parts(&["-webkit-user-select:all;user-select:all;\">", self.fill.code, "</div></td></tr>\n"]);
    }

    fn brand(&mut self) {
        self.open_row("note", "padding:20px 20px 28px;font-size:14px;line-height:20px;color:#57606a;");
        Escaped(self.out).bdi(self.fill.brand);
        self.parts(&["</td></tr>\n"]);
    }

    fn phrase(&mut self, phrase: &Phrase) {
        let mut out = Escaped(self.out);
        for piece in phrase.at(self.fill.minutes).pieces() {
            match piece {
                Piece::Text(text) => out.put(text),
                Piece::Brand => out.bdi(self.fill.brand),
                // No text of the body may hold it: the catalogue would have been refused.
                Piece::Code => {}
            }
        }
    }
}

/// Puts text so that it cannot become markup, in an element or an attribute.
struct Escaped<'a>(&'a mut dyn Out);

impl Escaped<'_> {
    /// A name that keeps its own direction, and leaves that of its surroundings alone.
    fn bdi(&mut self, name: &str) {
        self.0.put("<bdi>");
        self.put(name);
        self.0.put("</bdi>");
    }
}

impl Out for Escaped<'_> {
    fn put(&mut self, text: &str) {
        for part in text.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (plain, entity) = match part.as_bytes().last() {
                Some(b'&') => (1, "&amp;"),
                Some(b'<') => (1, "&lt;"),
                Some(b'>') => (1, "&gt;"),
                Some(b'"') => (1, "&quot;"),
                Some(b'\'') => (1, "&#39;"),
                Some(_) | None => (0, ""),
            };
            self.0.put(part.get(..part.len() - plain).unwrap_or_default());
            self.0.put(entity);
        }
    }
}
