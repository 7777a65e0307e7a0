use std::collections::BTreeMap;

use countersign::{AddressKind, CustomPlatform, Platform, TemplateRule};

use crate::settings::reader::Section;

/// Platforms by name; none for a declaration with a fault, which is reported once and not at each channel.
pub(super) type Platforms = BTreeMap<String, Option<Platform>>;

/// Reads `[[platforms]]`, which adds to the built-in ones.
pub(super) fn read(file: &mut Section<'_>) -> Platforms {
    let built_in = [Platform::Sms, Platform::WhatsApp, Platform::Email];
    let mut platforms: Platforms =
        built_in.map(|platform| (platform.name().to_owned(), Some(platform))).into_iter().collect();
    for mut section in file.sections("platforms") {
        let name = section.require("name", "write what channels call it");
        let kinds = [("phone", AddressKind::Phone), ("email", AddressKind::Email)];
        let address_kind =
            section.require("sends-to", "write \"phone\" or \"email\"").and_then(|item| item.choice(&kinds));
        let rules = [
            ("required", TemplateRule::Required),
            ("optional", TemplateRule::Optional),
            ("forbidden", TemplateRule::Forbidden),
        ];
        let template = section.get("template").map_or(Some(TemplateRule::Optional), |item| item.choice(&rules));
        section.finish();
        let Some((item, name)) = name.and_then(|item| item.text().map(|name| (item, name))) else { continue };
        // The rules do not matter for the name.
        let platform = CustomPlatform::new(
            name,
            address_kind.unwrap_or(AddressKind::Phone),
            template.unwrap_or(TemplateRule::Optional),
        );
        match platform {
            Err(error) => {
                item.fault::<()>(error);
                platforms.entry(name.to_owned()).or_insert(None);
            }
            Ok(_) if platforms.contains_key(name) => {
                item.fault::<()>("another platform has this name: use a different one");
            }
            Ok(platform) => {
                let sound = address_kind.is_some() && template.is_some();
                platforms.insert(name.to_owned(), sound.then(|| platform.into()));
            }
        }
    }
    platforms
}
