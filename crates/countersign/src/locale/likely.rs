//! From a country to the language most people there read.

use icu_locale::LocaleExpander;
use icu_locale_core::LanguageIdentifier;
use icu_locale_core::subtags::{Region, language};

use crate::address::Country;

/// The data is compiled in, so this costs nothing to make. Extended data: the common set leaves out
/// small territories.
const EXPANDER: LocaleExpander = LocaleExpander::new_extended();

/// Language and region, with the script where the language would not have it by itself. `None` if
/// the country cannot be part of a tag.
pub(super) fn tag(country: Country) -> Option<String> {
    let region = Region::try_from_str(country.as_str()).ok()?;
    let mut likely = LanguageIdentifier { region: Some(region), ..LanguageIdentifier::UNKNOWN };
    EXPANDER.maximize(&mut likely);
    if likely.language.is_unknown() {
        // CLDR leaves these regions out: what is not listed matches `und`, which is English
        // (UTS #35, Add Likely Subtags). The library stops before that step.
        likely.language = language!("en");
        return Some(likely.to_string());
    }
    let mut bare = LanguageIdentifier { script: None, ..likely.clone() };
    EXPANDER.maximize(&mut bare);
    if bare.script == likely.script {
        likely.script = None;
    }
    Some(likely.to_string())
}
