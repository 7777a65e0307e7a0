//! What a catalogue defines, layer over layer.

use std::collections::HashMap;

use fluent_syntax::ast;

use super::resource::Resource;
use super::slot::Slot;

/// The messages and terms of a language: of our catalogue, and over them those of the host.
pub(crate) struct Names<'a> {
    messages: HashMap<&'a str, Vec<(&'a Resource, &'a ast::Message<&'a str>)>>,
    terms: HashMap<&'a str, &'a ast::Term<&'a str>>,
}

/// The text of a slot, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(crate) resource: &'a Resource,
    pub(crate) pattern: &'a ast::Pattern<&'a str>,
    /// The name before it: its place in the file.
    pub(crate) name: &'a str,
}

impl<'a> Names<'a> {
    /// Those of the layers, the lowest first.
    pub(crate) fn of(layers: impl IntoIterator<Item = &'a Resource>) -> Self {
        let mut names = Self { messages: HashMap::new(), terms: HashMap::new() };
        for resource in layers {
            for entry in resource.entries() {
                match entry {
                    ast::Entry::Message(message) => {
                        names.messages.entry(message.id.name).or_default().push((resource, message));
                    }
                    ast::Entry::Term(term) => {
                        names.terms.insert(term.id.name, term);
                    }
                    ast::Entry::Comment(_)
                    | ast::Entry::GroupComment(_)
                    | ast::Entry::ResourceComment(_)
                    | ast::Entry::Junk { .. } => {}
                }
            }
        }
        names
    }

    /// The uppermost text of a slot: a layer that gives one part of a message leaves the others as they were.
    pub(crate) fn slot(&self, slot: Slot) -> Option<Found<'a>> {
        let (id, attribute) = slot.name();
        self.messages.get(id)?.iter().rev().find_map(|&(resource, message)| match attribute {
            None => message.value.as_ref().map(|pattern| Found { resource, pattern, name: message.id.name }),
            Some(attribute) => message.attributes.iter().find(|other| other.id.name == attribute).map(|found| Found {
                resource,
                pattern: &found.value,
                name: found.id.name,
            }),
        })
    }

    /// Whether a reference to a message leads somewhere. Fluent then sees the uppermost layer of the message alone.
    pub(crate) fn has_message(&self, id: &str, attribute: Option<&str>) -> bool {
        let Some((_, message)) = self.messages.get(id).and_then(|layers| layers.last()) else { return false };
        match attribute {
            None => message.value.is_some(),
            Some(attribute) => message.attributes.iter().any(|other| other.id.name == attribute),
        }
    }

    /// Whether a reference to a term leads somewhere.
    pub(crate) fn has_term(&self, id: &str, attribute: Option<&str>) -> bool {
        self.terms.get(id).is_some_and(|term| match attribute {
            None => true,
            Some(attribute) => term.attributes.iter().any(|other| other.id.name == attribute),
        })
    }
}
