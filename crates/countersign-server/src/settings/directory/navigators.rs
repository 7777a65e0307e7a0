use countersign::{ChannelId, Country, Directory, Navigator, NavigatorId};

use crate::settings::reader::{Item, Section};

/// The sections of `[[navigators]]` and of their lists, in the order of the directory.
#[derive(Debug, Default)]
pub(super) struct Navigators<'a>(Vec<(Section<'a>, Vec<Section<'a>>)>);

impl<'a> Navigators<'a> {
    pub(super) fn read(file: &mut Section<'a>, directory: &mut Directory) -> Self {
        let mut navigators = Self::default();
        for mut section in file.sections("navigators") {
            let id = section.require("id", "write a UUID").and_then(|item| item.parsed::<NavigatorId>());
            let list = section.require("channels", "list channels, each with its id");
            let read = list.and_then(|list| choices(&list));
            section.finish();
            if let (Some(id), Some((navigator, choices))) = (id, read) {
                *directory = std::mem::take(directory).navigator(id, navigator);
                navigators.0.push((section, choices));
            }
        }
        navigators
    }

    pub(super) fn section(&self, navigator: usize) -> Option<&Section<'a>> {
        self.0.get(navigator).map(|(section, _)| section)
    }

    pub(super) fn choice(&self, navigator: usize, position: usize) -> Option<&Section<'a>> {
        self.0.get(navigator)?.1.get(position)
    }
}

/// Reads the list of a navigator without the choices that have a fault; none when nothing is left of it.
fn choices<'a>(list: &Item<'a>) -> Option<(Navigator, Vec<Section<'a>>)> {
    let items = list.list();
    let (mut navigator, mut sections) = (Navigator::new(), Vec::with_capacity(items.len()));
    for mut section in items.iter().filter_map(Item::section) {
        let id = section.require("id", "write the id of a channel").and_then(|item| item.parsed::<ChannelId>());
        let countries = section.get("countries").and_then(|item| item.each(Item::parsed::<Country>));
        section.finish();
        let Some(id) = id else { continue };
        navigator = match countries {
            None => navigator.with_channel(id),
            Some(countries) => navigator.with_channel_in(countries, id),
        };
        sections.push(section);
    }
    let sound = list.is_list() && (items.is_empty() || !sections.is_empty());
    sound.then_some((navigator, sections))
}
