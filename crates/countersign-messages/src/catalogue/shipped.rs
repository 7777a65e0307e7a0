//! The languages of the contract (section 2).

/// Tag and catalogue of each.
pub(crate) const SHIPPED: [(&str, &str); 12] = [
    ("af", include_str!("../catalogues/af.ftl")),
    ("ar", include_str!("../catalogues/ar.ftl")),
    ("de", include_str!("../catalogues/de.ftl")),
    ("en", include_str!("../catalogues/en.ftl")),
    ("es", include_str!("../catalogues/es.ftl")),
    ("fr", include_str!("../catalogues/fr.ftl")),
    ("it", include_str!("../catalogues/it.ftl")),
    ("nl", include_str!("../catalogues/nl.ftl")),
    ("pl", include_str!("../catalogues/pl.ftl")),
    ("pt", include_str!("../catalogues/pt.ftl")),
    ("ru", include_str!("../catalogues/ru.ftl")),
    ("tr", include_str!("../catalogues/tr.ftl")),
];
