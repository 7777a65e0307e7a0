//! What a host gives twice for one language.

use std::collections::HashMap;

use fluent_syntax::ast;

use super::resource::Resource;
use crate::fault::{CatalogueFaultKind, Faults};

/// Tells what is given twice, in one file or in two.
pub(crate) fn check<'a>(layers: impl IntoIterator<Item = &'a Resource>, faults: &mut Faults) {
    let mut seen = Seen { first: HashMap::new(), faults };
    for resource in layers {
        for entry in resource.entries() {
            match entry {
                ast::Entry::Message(message) => {
                    let id = message.id.name;
                    if seen.is_new(id.to_owned(), resource, id) {
                        for attribute in &message.attributes {
                            seen.is_new(format!("{id}.{}", attribute.id.name), resource, attribute.id.name);
                        }
                    }
                }
                ast::Entry::Term(term) => {
                    seen.is_new(format!("-{}", term.id.name), resource, term.id.name);
                }
                ast::Entry::Comment(_)
                | ast::Entry::GroupComment(_)
                | ast::Entry::ResourceComment(_)
                | ast::Entry::Junk { .. } => {}
            }
        }
    }
}

struct Seen<'a, 'f> {
    first: HashMap<String, (&'a Resource, &'a str)>,
    faults: &'f mut Faults,
}

impl<'a> Seen<'a, '_> {
    fn is_new(&mut self, name: String, resource: &'a Resource, place: &'a str) -> bool {
        let Some((other, first)) = self.first.get(&name) else {
            self.first.insert(name, (resource, place));
            return true;
        };
        self.faults.add(|| {
            let first = format!("{}:{}", other.origin().display(), other.line_of(first));
            resource.fault(place, CatalogueFaultKind::Duplicate { name, first })
        });
        false
    }
}
