//! The canonical event types (docs/events.md), which of them happen off the site, and the names that other vocabularies have for them.

/// The canonical name of an event type: names of Segment, Snowplow and Shopify are translated, any other passes unchanged.
///
/// ```
/// # use warmlead::event::types::canonical;
/// assert_eq!(canonical("Product Added"), "add_to_cart");
/// assert_eq!(canonical("Spaceship Launched"), "Spaceship Launched");
/// ```
pub fn canonical(r#type: &str) -> &str {
    // Asked for each event, and hardly ever one of them.
    let (word, bit) = trace(r#type.as_bytes());
    if TRACES.get(word).is_none_or(|word| word & bit == 0) {
        return r#type;
    }
    ALIASES.iter().find(|(alias, _)| *alias == r#type).map_or(r#type, |(_, canonical)| canonical)
}

/// As [`canonical`], but a name counts however it is capitalised: Segment's own destinations take it so, and some SDKs lower it.
pub fn canonical_whatever_case(r#type: &str) -> &str {
    ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(r#type)).map_or(r#type, |(_, canonical)| canonical)
}

/// Whether events of this type neither start nor extend a session (marked † in docs/events.md).
pub fn is_offsite(r#type: &str) -> bool {
    OFFSITE.contains(&r#type)
}

/// The types of docs/events.md that happen on the site.
pub const ACTIVITY: &[&str] = &[
    "page_view",
    "session_start",
    "user_engagement",
    "scroll",
    "click",
    "file_download",
    "view_search_results",
    "form_view",
    "form_start",
    "form_submit",
    "form_error",
    "video_start",
    "video_progress",
    "video_complete",
    "view_item_list",
    "select_item",
    "view_item",
    "add_to_wishlist",
    "add_to_cart",
    "remove_from_cart",
    "view_cart",
    "begin_checkout",
    "add_shipping_info",
    "add_payment_info",
    "purchase",
    "refund",
    "select_promotion",
    "sign_up",
    "login",
    "trial_start",
    "trial_end",
    "invite_sent",
    "demo_request",
    "demo_use",
    "newsletter_subscribe",
    "contact_request",
    "ad_click",
    "social_click",
    "chat_start",
    "chat_message",
    "meeting_booked",
    "experiment_exposure",
    "generate_lead",
    "action_clicked",
    "action_dismissed",
    "action_converted",
];

/// The types of docs/events.md that happen off the site.
pub const OFFSITE: &[&str] = &[
    "email_sent",
    "email_open",
    "email_click",
    "email_unsubscribe",
    "email_bounce",
    "webinar_attend",
    "event_attend",
    "qualify_lead",
    "working_lead",
    "disqualify_lead",
    "manual_mql",
    "opportunity_create",
    "close_convert_lead",
    "close_unconvert_lead",
    "identify",
    "consent",
    "action_shown",
    "action_held_out",
];

/// What other vocabularies call the types of docs/events.md. No name stands in two of them for different types.
const ALIASES: &[(&str, &str)] = &[
    // Segment.
    ("Products Searched", "view_search_results"),
    ("Video Playback Started", "video_start"),
    ("Video Content Playing", "video_progress"),
    ("Video Playback Completed", "video_complete"),
    ("Product List Viewed", "view_item_list"),
    ("Product Clicked", "select_item"),
    ("Product Viewed", "view_item"),
    ("Product Added to Wishlist", "add_to_wishlist"),
    ("Product Added", "add_to_cart"),
    ("Product Removed", "remove_from_cart"),
    ("Cart Viewed", "view_cart"),
    ("Checkout Started", "begin_checkout"),
    ("Checkout Step Completed", "add_shipping_info"),
    ("Payment Info Entered", "add_payment_info"),
    ("Order Completed", "purchase"),
    ("Order Refunded", "refund"),
    ("Promotion Clicked", "select_promotion"),
    ("Signed Up", "sign_up"),
    ("Signed In", "login"),
    ("Trial Started", "trial_start"),
    ("Trial Ended", "trial_end"),
    ("Invite Sent", "invite_sent"),
    ("Email Delivered", "email_sent"),
    ("Email Opened", "email_open"),
    ("Email Link Clicked", "email_click"),
    ("Unsubscribed", "email_unsubscribe"),
    ("Email Bounced", "email_bounce"),
    ("Live Chat Conversation Started", "chat_start"),
    ("Live Chat Message Sent", "chat_message"),
    ("Experiment Viewed", "experiment_exposure"),
    // Snowplow.
    ("page_ping", "user_engagement"),
    ("link_click", "click"),
    ("button_click", "click"),
    ("site_search", "view_search_results"),
    ("focus_form", "form_start"),
    ("submit_form", "form_submit"),
    ("list_view", "view_item_list"),
    ("list_click", "select_item"),
    ("product_view", "view_item"),
    ("checkout_step", "begin_checkout"),
    ("transaction", "purchase"),
    ("promo_click", "select_promotion"),
    // Shopify customer events.
    ("page_viewed", "page_view"),
    ("clicked", "click"),
    ("search_submitted", "view_search_results"),
    ("input_focused", "form_start"),
    ("form_submitted", "form_submit"),
    ("alert_displayed", "form_error"),
    ("collection_viewed", "view_item_list"),
    ("product_viewed", "view_item"),
    ("product_added_to_cart", "add_to_cart"),
    ("product_removed_from_cart", "remove_from_cart"),
    ("cart_viewed", "view_cart"),
    ("checkout_started", "begin_checkout"),
    ("checkout_shipping_info_submitted", "add_shipping_info"),
    ("payment_info_submitted", "add_payment_info"),
    ("checkout_completed", "purchase"),
];

/// The traces of all aliases.
#[allow(clippy::indexing_slicing)] // The compiler works it out.
const TRACES: [u64; 8] = {
    let (mut traces, mut place) = ([0; 8], 0);
    while place < ALIASES.len() {
        let (word, bit) = trace(ALIASES[place].0.as_bytes());
        traces[word] |= bit;
        place += 1;
    }
    traces
};

/// One of 512 bits, by a name's first byte, last byte and length: of the canonical names, only two share theirs with an alias.
const fn trace(name: &[u8]) -> (usize, u64) {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return (0, 0) };
    let bit = (*first as usize + *last as usize * 11 + name.len() * 55) % 512;
    (bit / 64, 1 << (bit % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_to_canonical_types_in_one_step() {
        for (index, (alias, canonical)) in ALIASES.iter().enumerate() {
            assert!(ACTIVITY.contains(canonical) || OFFSITE.contains(canonical), "{canonical}");
            assert_eq!(super::canonical(alias), *canonical);
            assert!(!ACTIVITY.contains(alias) && !OFFSITE.contains(alias), "{alias} is canonical itself");
            assert!(ALIASES.iter().skip(index + 1).all(|(other, _)| other != alias), "{alias} stands twice");
        }
    }

    #[test]
    fn what_is_canonical_is_mostly_told_by_its_trace() {
        let alike = |name: &&&str| {
            let (word, bit) = trace(name.as_bytes());
            TRACES.get(word).is_some_and(|word| word & bit != 0)
        };
        let searched: Vec<&&str> = ACTIVITY.iter().chain(OFFSITE).filter(alike).collect();
        assert_eq!(searched, [&"select_item", &"close_convert_lead"]);
    }
}
