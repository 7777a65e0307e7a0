//! Running Fluent once for each text and number of minutes.

use std::fmt;

use fluent_bundle::resolver::ResolverError;
use fluent_bundle::{FluentArgs, FluentBundle, FluentError, FluentResource};
use fluent_syntax::ast;
use unic_langid::LanguageIdentifier;

use countersign::Locale;

use super::character::{BRAND, CODE};
use super::names::Found;
use super::resource::Resource;
use super::slot::Slot;
use super::wording::{Phrase, Piece, Wording};
use crate::fault::{CatalogueFault, CatalogueFaultKind, Faults};
use crate::minutes::Minutes;

/// Fluent with the messages of one language in it.
pub(crate) struct Compiler<'a>(FluentBundle<&'a FluentResource>);

impl<'a> Compiler<'a> {
    /// With the messages of those layers, the lowest first.
    pub(crate) fn new(language: &Locale, layers: impl IntoIterator<Item = &'a Resource>) -> Self {
        let identifier = [language.as_str(), language.language()].into_iter().find_map(|tag| tag.parse().ok());
        let mut bundle = FluentBundle::new(vec![identifier.unwrap_or_else(LanguageIdentifier::default)]);
        // A text says in its catalogue where it needs marks of direction: SMS has no room for them everywhere.
        bundle.set_use_isolating(false);
        for layer in layers {
            bundle.add_resource_overriding(layer.fluent());
        }
        Self(bundle)
    }

    /// The text for every number of minutes; none when anything is wrong with it. What it looks like is told only if it is
    /// truthful.
    pub(crate) fn phrase(&self, slot: Slot, found: Found<'_>, truthful: bool, faults: &mut Faults) -> Option<Phrase> {
        let different = if is_fixed(found.pattern) { 1 } else { Minutes::COUNT };
        let wordings = Minutes::all().take(different).map(|minutes| self.wording(slot, found, truthful, minutes));
        match wordings.collect::<Result<Vec<_>, _>>() {
            Ok(wordings) => Phrase::new(wordings),
            Err(kind) => {
                if let Some(kind) = kind {
                    faults.add(|| found.resource.fault(found.name, kind));
                }
                None
            }
        }
    }

    /// The error is none when the syntax tree has shown it already.
    fn wording(
        &self,
        slot: Slot,
        found: Found<'_>,
        truthful: bool,
        minutes: Minutes,
    ) -> Result<Wording, Option<CatalogueFaultKind>> {
        let mut args = FluentArgs::with_capacity(3);
        args.set("code", CODE.to_string());
        args.set("brand", BRAND.to_string());
        args.set("minutes", minutes.get());
        let (mut text, mut errors) = (Bounded(String::new()), Vec::new());
        let written = format(&self.0, &mut text, found.pattern, &args, &mut errors);
        if written.is_err() {
            return Err(Some(CatalogueFaultKind::TooLong(slot.to_string())));
        }
        if !errors.is_empty() {
            return Err(errors.iter().any(is_endless).then(|| CatalogueFaultKind::Endless(slot.to_string())));
        }
        let wording = Wording::new(cut(&text.0));
        check(slot, &text.0, &wording, minutes).map(|()| wording).map_err(|kind| truthful.then_some(kind))
    }
}

/// Names the lifetime that the bundle's method asks for.
fn format<'b>(
    bundle: &'b FluentBundle<&FluentResource>,
    text: &mut Bounded,
    pattern: &'b ast::Pattern<&'b str>,
    args: &'b FluentArgs<'_>,
    errors: &mut Vec<FluentError>,
) -> fmt::Result {
    bundle.write_pattern(text, pattern, Some(args), errors)
}

/// A text that refuses to grow past what anybody reads, so that references to references cannot fill the memory.
struct Bounded(String);

impl Bounded {
    const MAX_BYTES: usize = 2000;
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > Self::MAX_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn is_endless(error: &FluentError) -> bool {
    matches!(error, FluentError::ResolverError(ResolverError::Cyclic | ResolverError::TooManyPlaceables))
}

/// Whether a text plainly is the same for every number of minutes, so that once is enough.
fn is_fixed(pattern: &ast::Pattern<&str>) -> bool {
    pattern.elements.iter().all(|element| match element {
        ast::PatternElement::TextElement { .. } => true,
        ast::PatternElement::Placeable { expression: ast::Expression::Inline(inline) } => match inline {
            ast::InlineExpression::StringLiteral { .. } | ast::InlineExpression::NumberLiteral { .. } => true,
            ast::InlineExpression::VariableReference { id } => id.name != "minutes",
            ast::InlineExpression::FunctionReference { .. }
            | ast::InlineExpression::MessageReference { .. }
            | ast::InlineExpression::TermReference { .. }
            | ast::InlineExpression::Placeable { .. } => false,
        },
        ast::PatternElement::Placeable { expression: ast::Expression::Select { .. } } => false,
    })
}

/// Cuts at the marks.
fn cut(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in text.split_inclusive([CODE, BRAND]) {
        let (words, mark) = match part.strip_suffix(CODE) {
            Some(words) => (words, Some(Piece::Code)),
            None => match part.strip_suffix(BRAND) {
                Some(words) => (words, Some(Piece::Brand)),
                None => (part, None),
            },
        };
        if !words.is_empty() {
            pieces.push(Piece::Text(words.into()));
        }
        pieces.extend(mark);
    }
    pieces
}

fn check(slot: Slot, text: &str, wording: &Wording, minutes: Minutes) -> Result<(), CatalogueFaultKind> {
    let needs = |variable, how_often, has| {
        Err(CatalogueFaultKind::Needs { name: slot.to_string(), variable, how_often, minutes: minutes.get(), has })
    };
    if text.contains(['{', '}']) {
        return Err(CatalogueFaultKind::Brace(slot.to_string()));
    }
    if text.trim().is_empty() {
        return Err(CatalogueFaultKind::Empty(slot.to_string()));
    }
    match (slot.holds_code(), wording.codes()) {
        (true, 1) | (false, 0) => {}
        (true, has) => return needs("code", "exactly once", has),
        (false, _) => return Err(CatalogueFaultKind::CodeNotHere(slot.to_string())),
    }
    if slot.needs_brand() && wording.brands() == 0 {
        return needs("brand", "at least once", 0);
    }
    Ok(())
}

/// A fault of a language as a whole.
pub(crate) fn whole(resource: &Resource, kind: CatalogueFaultKind) -> CatalogueFault {
    CatalogueFault::at(resource.origin(), 1, kind)
}
