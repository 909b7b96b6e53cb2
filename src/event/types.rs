//! The canonical event types (EVENTS.md), and which of them happen off the site.

/// Whether events of this type neither start nor extend a session (marked † in EVENTS.md).
pub fn is_offsite(r#type: &str) -> bool {
    OFFSITE.contains(&r#type)
}

/// The types of EVENTS.md that happen on the site.
pub const ACTIVITY: &[&str] = &[
    "page_view", "session_start", "user_engagement", "scroll", "click", "file_download", "view_search_results", "form_view", "form_start",
    "form_submit", "form_error", "video_start", "video_progress", "video_complete", "view_item_list", "select_item", "view_item",
    "add_to_wishlist", "add_to_cart", "remove_from_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info", "purchase",
    "refund", "select_promotion", "sign_up", "login", "trial_start", "trial_end", "invite_sent", "demo_request", "demo_use",
    "newsletter_subscribe", "contact_request", "ad_click", "social_click", "chat_start", "chat_message", "meeting_booked",
    "experiment_exposure", "generate_lead", "action_clicked", "action_dismissed", "action_converted",
];

/// The types of EVENTS.md that happen off the site.
pub const OFFSITE: &[&str] = &[
    "email_sent", "email_open", "email_click", "email_unsubscribe", "email_bounce", "webinar_attend", "event_attend", "qualify_lead",
    "working_lead", "disqualify_lead", "manual_mql", "opportunity_create", "close_convert_lead", "close_unconvert_lead", "identify", "consent",
    "action_shown", "action_held_out",
];
