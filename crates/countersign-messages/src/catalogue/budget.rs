//! Whether text messages fit one segment, known before the first is sent.

use countersign::{Brand, CodeLength, Locale};

use super::names::Names;
use super::resource::Resource;
use super::slot::Slot;
use super::wording::Phrase;
use crate::autofill::Autofill;
use crate::fault::{CatalogueFault, CatalogueFaultKind, Faults};
use crate::sms::Size;

/// Tells which texts do not fit.
///
/// Each must fit with the shortest code and brand, or it was written in vain. The barest must fit with the longest code, any
/// brand that fits an SMS, and the autofill line: it is what is sent when no other fits.
pub(crate) fn check(
    sms: &[Phrase; 3],
    names: &Names<'_>,
    shipped: Option<&Resource>,
    language: &Locale,
    autofill: Option<&Autofill>,
    faults: &mut Faults,
) {
    for (slot, phrase) in Slot::SMS.into_iter().zip(sms) {
        let Some((too_much, with, remedy)) = too_much(slot, phrase, autofill) else { continue };
        let kind = CatalogueFaultKind::OverBudget {
            name: slot.to_string(),
            language: language.clone(),
            units: too_much.units(),
            encoding: too_much.encoding(),
            with,
            remedy,
        };
        let place =
            names.slot(slot).filter(|found| shipped.is_none_or(|shipped| !std::ptr::eq(shipped, found.resource)));
        faults.add(|| match place {
            Some(found) => found.resource.fault(found.name, kind),
            None => CatalogueFault::new(kind),
        });
    }
}

/// The size that does not fit, with what it was measured, and what to do.
fn too_much(slot: Slot, phrase: &Phrase, autofill: Option<&Autofill>) -> Option<(Size, &'static str, &'static str)> {
    let best = (Size::plain(CodeLength::MIN.get().into()), Size::plain(1));
    if let Some(size) = exceeding(phrase, best, Size::ZERO) {
        return Some((size, "a code of 6 digits and a brand of one letter", "shorten it"));
    }
    if slot != Slot::SmsBare {
        return None;
    }
    let digits = usize::from(CodeLength::MAX.get());
    let tail = autofill.map_or(Size::ZERO, |autofill| autofill.size(digits));
    let (with, remedy) = match autofill {
        None => ("a code of 12 digits and a brand of 11 characters", "shorten it"),
        Some(Autofill::WebOtp(_)) => (
            "a code of 12 digits, a brand of 11 characters and the line for WebOTP",
            "use a shorter domain, shorten the text, or leave the language out",
        ),
        Some(Autofill::SmsRetriever(_)) => (
            "a code of 12 digits, a brand of 11 characters and the line for the SMS Retriever",
            "shorten the text, or leave the language out",
        ),
    };
    [Size::extension(Brand::MAX_SMS_UNITS), Size::foreign(Brand::MAX_SMS_UNITS)]
        .into_iter()
        .find_map(|brand| exceeding(phrase, (Size::plain(digits), brand), tail))
        .map(|size| (size, with, remedy))
}

/// The first size that does not fit one segment, over all numbers of minutes.
fn exceeding(phrase: &Phrase, (code, brand): (Size, Size), tail: Size) -> Option<Size> {
    phrase.wordings().iter().map(|wording| wording.size(code, brand) + tail).find(|size| !size.fits_one_segment())
}
