//! One language from its layers: our catalogue, if we ship one, and those of the host over it.

use countersign::Locale;
use icu_locale::LocaleDirectionality;

use super::compile::{Compiler, whole};
use super::names::Names;
use super::resource::Resource;
use super::slot::Slot;
use super::source::Source;
use super::wording::Phrase;
use super::{Catalogue, EmailWords, SmsWords, budget, check, duplicates};
use crate::autofill::Autofill;
use crate::fault::{CatalogueFaultKind, Faults};

const DIRECTIONALITY: LocaleDirectionality = LocaleDirectionality::new_extended();

/// The catalogues of one language.
#[derive(Debug)]
pub(crate) struct Layers {
    pub(crate) language: Locale,
    pub(crate) shipped: Option<Source>,
    pub(crate) host: Vec<Source>,
}

/// Compiles a language; none when its texts are not whole.
pub(crate) fn load(layers: Layers, autofill: Option<&Autofill>, faults: &mut Faults) -> Option<Catalogue> {
    let Layers { language, shipped, host } = layers;
    let shipped = shipped.and_then(|source| Resource::parse(source, faults));
    let host: Vec<_> = host.into_iter().filter_map(|source| Resource::parse(source, faults)).collect();
    let (base, all) = (Names::of(&shipped), Names::of(shipped.iter().chain(&host)));

    duplicates::check(&host, faults);
    let mut truthful = true;
    for (resource, names) in shipped.iter().map(|shipped| (shipped, &base)).chain(host.iter().map(|host| (host, &all)))
    {
        truthful &= check::check(resource, names, faults);
    }

    let words = Words {
        names: &all,
        base: Compiler::new(&language, &shipped),
        all: Compiler::new(&language, shipped.iter().chain(&host)),
        shipped: shipped.as_ref(),
        truthful,
    };
    let sms = words.group(Slot::SMS, faults);
    let email = words.group(Slot::EMAIL, faults);
    if let (Some(first), true) = (host.first(), Slot::all().all(|slot| all.slot(slot).is_none())) {
        faults.add(|| whole(first, CatalogueFaultKind::Nothing));
    }
    if let Some(sms) = &sms {
        budget::check(sms, &all, shipped.as_ref(), &language, autofill, faults);
    }
    Some(Catalogue {
        right_to_left: is_right_to_left(&language),
        sms: sms.map(|[full, short, bare]| SmsWords { full, short, bare }),
        email: email.map(|[subject, subject_with_code, preheader, heading, intro, expiry, secrecy, ignore]| {
            EmailWords { subject, subject_with_code, preheader, heading, intro, expiry, secrecy, ignore }
        }),
        language,
    })
}

struct Words<'a> {
    names: &'a Names<'a>,
    base: Compiler<'a>,
    all: Compiler<'a>,
    shipped: Option<&'a Resource>,
    /// Whether what a formatted text looks like can be believed.
    truthful: bool,
}

impl Words<'_> {
    /// All texts of a kind of message; none when the language has none of them, or something is wrong with one.
    fn group<const N: usize>(&self, slots: [Slot; N], faults: &mut Faults) -> Option<[Phrase; N]> {
        let found = slots.map(|slot| self.names.slot(slot));
        let first = found.iter().flatten().next()?;
        let missing: Vec<_> =
            slots.iter().zip(&found).filter(|(_, found)| found.is_none()).map(|(slot, _)| slot.to_string()).collect();
        if !missing.is_empty() {
            faults.add(|| first.resource.fault(first.name, CatalogueFaultKind::Incomplete(missing)));
        }
        let phrases: Vec<_> = slots
            .into_iter()
            .zip(found)
            .filter_map(|(slot, found)| {
                let found = found?;
                let is_shipped = self.shipped.is_some_and(|shipped| std::ptr::eq(shipped, found.resource));
                // Our own texts are as they are, whatever the host calls by a name that they use.
                let compiler = if is_shipped { &self.base } else { &self.all };
                compiler.phrase(slot, found, self.truthful, faults)
            })
            .collect();
        phrases.try_into().ok()
    }
}

fn is_right_to_left(language: &Locale) -> bool {
    icu_locale::Locale::try_from_str(language.as_str()).is_ok_and(|locale| DIRECTIONALITY.is_right_to_left(&locale.id))
}
