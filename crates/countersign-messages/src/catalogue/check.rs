//! Reading a catalogue's syntax tree for what Fluent would only stumble over later, or never tell.

use fluent_syntax::ast;
use fluent_syntax::unicode::unescape_unicode_to_string;

use super::character::{BRAND, CODE, is_refused};
use super::names::Names;
use super::resource::Resource;
use super::slot::Slot;
use crate::fault::{CatalogueFaultKind, Faults};

/// Tells what is wrong with each message and term of a layer. Gives whether the texts, once formatted, tell the truth about
/// braces, code and brand: terms that see too much and marks of our own would make them look wrong in yet another way.
pub(crate) fn check(resource: &Resource, names: &Names<'_>, faults: &mut Faults) -> bool {
    let mut check = Check { resource, names, faults, in_term: false, misleads: false };
    for entry in resource.entries() {
        match entry {
            ast::Entry::Message(message) => check.message(message),
            ast::Entry::Term(term) => check.term(term),
            ast::Entry::Comment(_)
            | ast::Entry::GroupComment(_)
            | ast::Entry::ResourceComment(_)
            | ast::Entry::Junk { .. } => {}
        }
    }
    !check.misleads
}

struct Check<'a> {
    resource: &'a Resource,
    names: &'a Names<'a>,
    faults: &'a mut Faults,
    in_term: bool,
    misleads: bool,
}

impl Check<'_> {
    fn message(&mut self, message: &ast::Message<&str>) {
        self.in_term = false;
        let id = message.id.name;
        if !Slot::all().any(|slot| slot.name().0 == id) {
            self.fault(id, CatalogueFaultKind::UnknownMessage(id.to_owned()));
            return;
        }
        for attribute in &message.attributes {
            let name = attribute.id.name;
            if !Slot::all().any(|slot| slot.name() == (id, Some(name))) {
                self.fault(
                    name,
                    CatalogueFaultKind::UnknownAttribute { message: id.to_owned(), attribute: name.to_owned() },
                );
            }
            self.pattern(&attribute.value);
        }
        if let Some(value) = &message.value {
            self.pattern(value);
        }
    }

    fn term(&mut self, term: &ast::Term<&str>) {
        self.in_term = true;
        self.pattern(&term.value);
        for attribute in &term.attributes {
            self.pattern(&attribute.value);
        }
    }

    fn pattern(&mut self, pattern: &ast::Pattern<&str>) {
        for element in &pattern.elements {
            match element {
                ast::PatternElement::TextElement { value } => self.text(value, value),
                ast::PatternElement::Placeable { expression } => self.expression(expression),
            }
        }
    }

    fn expression(&mut self, expression: &ast::Expression<&str>) {
        match expression {
            ast::Expression::Inline(inline) => self.inline(inline),
            ast::Expression::Select { selector, variants } => {
                if let ast::InlineExpression::VariableReference { id } = selector
                    && matches!(id.name, "code" | "brand")
                    && !self.in_term
                {
                    self.fault(id.name, CatalogueFaultKind::SelectsOn(id.name.to_owned()));
                } else {
                    self.inline(selector);
                }
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &ast::InlineExpression<&str>) {
        match inline {
            ast::InlineExpression::StringLiteral { value } => self.text(&unescape_unicode_to_string(value), value),
            ast::InlineExpression::NumberLiteral { .. } => {}
            ast::InlineExpression::FunctionReference { id, .. } => {
                self.fault(id.name, CatalogueFaultKind::UnknownFunction(id.name.to_owned()));
            }
            ast::InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                if self.in_term {
                    self.misleads = true;
                    self.fault(id.name, CatalogueFaultKind::MessageInTerm(id.name.to_owned()));
                } else if !self.names.has_message(id.name, attribute) {
                    self.fault(id.name, CatalogueFaultKind::Unresolved(reference("", id.name, attribute)));
                }
            }
            ast::InlineExpression::TermReference { id, attribute, arguments } => {
                let attribute = attribute.as_ref().map(|attribute| attribute.name);
                if !self.names.has_term(id.name, attribute) {
                    self.fault(id.name, CatalogueFaultKind::Unresolved(reference("-", id.name, attribute)));
                }
                if let Some(arguments) = arguments {
                    arguments.positional.iter().for_each(|argument| self.inline(argument));
                    arguments.named.iter().for_each(|argument| self.inline(&argument.value));
                }
            }
            ast::InlineExpression::VariableReference { id } => self.variable(id.name),
            ast::InlineExpression::Placeable { expression } => self.expression(expression),
        }
    }

    fn variable(&mut self, name: &str) {
        let ours = matches!(name, "code" | "brand" | "minutes");
        // Any other name in a term is an argument of its callers.
        match (ours, self.in_term) {
            (true, true) => {
                self.misleads = true;
                self.fault(name, CatalogueFaultKind::VariableInTerm(name.to_owned()));
            }
            (false, false) => self.fault(name, CatalogueFaultKind::UnknownVariable(name.to_owned())),
            (true, false) | (false, true) => {}
        }
    }

    fn text(&mut self, text: &str, place: &str) {
        if let Some(c) = text.chars().find(|c| is_refused(*c)) {
            self.misleads |= text.contains([CODE, BRAND]);
            self.fault(place, CatalogueFaultKind::Character(c.into()));
        }
    }

    fn fault(&mut self, place: &str, kind: CatalogueFaultKind) {
        let resource = self.resource;
        self.faults.add(|| resource.fault(place, kind));
    }
}

fn reference(sigil: &str, id: &str, attribute: Option<&str>) -> String {
    match attribute {
        None => format!("{sigil}{id}"),
        Some(attribute) => format!("{sigil}{id}.{attribute}"),
    }
}
