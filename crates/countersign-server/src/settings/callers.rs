use countersign_http::{Origin, OriginError, TrustedProxies};

use super::reader::{Item, Section};

/// Pages that may call from a browser: `origins`.
pub(super) fn allowed_origins(file: &mut Section<'_>) -> Vec<Origin> {
    file.list("origins").iter().filter_map(origin).collect()
}

fn origin(item: &Item<'_>) -> Option<Origin> {
    item.text()?.parse().map_or_else(|error: OriginError| item.fault(error), Some)
}

/// Proxies that are believed about whom they speak for: `trusted-proxies`.
pub(super) fn proxies(file: &mut Section<'_>) -> TrustedProxies {
    file.list("trusted-proxies").iter().fold(TrustedProxies::new(), |proxies, item| {
        let with = item.text().map(|text| proxies.clone().with_network(text));
        match with {
            Some(Ok(with)) => with,
            Some(Err(error)) => item.fault(error).unwrap_or(proxies),
            None => proxies,
        }
    })
}
