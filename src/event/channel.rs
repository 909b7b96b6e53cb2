//! Where a session came from: source, medium, campaign and GA4's default channel (docs/events.md, last section).
//!
//! The channel rules follow Google's “Default channel group” for Analytics 4, plus `ai_assistants`.
//! The hosts are a short list of well-known ones; a model adds to it with `channels`.

use super::url;
use crate::condition::case::lower_case;
use crate::value::{Object, Value};

/// What a host is known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A search engine.
    Search,
    /// A social network.
    Social,
    /// A video site.
    Video,
    /// A shopping site.
    Shopping,
    /// An AI assistant.
    Ai,
}

/// The keys of a model's `channels`, and what they mean.
pub const KINDS: [(&str, Kind); 5] =
    [("search", Kind::Search), ("social", Kind::Social), ("video", Kind::Video), ("shopping", Kind::Shopping), ("ai", Kind::Ai)];

/// The well-known hosts: what they are, the name that becomes the source, and their patterns. `google.*` is that name under
/// any top-level domain, with `www.` or `m.` before it; `.pinterest.*` has any subdomain; any other pattern is a host with its subdomains.
/// AI assistants come first, because some live on a search engine's host.
const HOSTS: &[(Kind, &str, &[&str])] = &[
    (Kind::Ai, "chatgpt", &["chatgpt.com", "chat.openai.com"]),
    (Kind::Ai, "claude", &["claude.ai"]),
    (Kind::Ai, "gemini", &["gemini.google.com"]),
    (Kind::Ai, "perplexity", &["perplexity.ai"]),
    (Kind::Ai, "copilot", &["copilot.microsoft.com"]),
    (Kind::Ai, "deepseek", &["chat.deepseek.com"]),
    (Kind::Ai, "grok", &["grok.com"]),
    (Kind::Ai, "mistral", &["chat.mistral.ai"]),
    (Kind::Ai, "meta-ai", &["meta.ai"]),
    (Kind::Ai, "duck.ai", &["duck.ai"]),
    (Kind::Shopping, "google shopping", &["shopping.google.com"]),
    (Kind::Shopping, "amazon", &["amazon.*"]),
    (Kind::Shopping, "ebay", &["ebay.*"]),
    (Kind::Shopping, "etsy", &["etsy.com"]),
    (Kind::Shopping, "alibaba", &["alibaba.com"]),
    (Kind::Shopping, "aliexpress", &["aliexpress.*"]),
    (Kind::Shopping, "walmart", &["walmart.com"]),
    (Kind::Shopping, "idealo", &["idealo.*"]),
    (Kind::Video, "youtube", &["youtube.com", "youtu.be"]),
    (Kind::Video, "vimeo", &["vimeo.com"]),
    (Kind::Video, "twitch", &["twitch.tv"]),
    (Kind::Video, "dailymotion", &["dailymotion.com"]),
    (Kind::Search, "google", &["google.*"]),
    (Kind::Search, "bing", &["bing.com"]),
    (Kind::Search, "yahoo", &["yahoo.*", "search.yahoo.com", "search.yahoo.co.jp"]),
    (Kind::Search, "duckduckgo", &["duckduckgo.com"]),
    (Kind::Search, "baidu", &["baidu.com"]),
    (Kind::Search, "yandex", &["yandex.*", "ya.ru"]),
    (Kind::Search, "ecosia", &["ecosia.org"]),
    (Kind::Search, "startpage", &["startpage.com"]),
    (Kind::Search, "qwant", &["qwant.com"]),
    (Kind::Search, "brave", &["search.brave.com"]),
    (Kind::Search, "kagi", &["kagi.com"]),
    (Kind::Search, "naver", &["naver.com"]),
    (Kind::Search, "seznam", &["seznam.cz"]),
    (Kind::Search, "ask", &["ask.com"]),
    (Kind::Search, "aol", &["search.aol.com"]),
    (Kind::Social, "facebook", &["facebook.com", "fb.com", "fb.me"]),
    (Kind::Social, "instagram", &["instagram.com"]),
    (Kind::Social, "linkedin", &["linkedin.com", "lnkd.in"]),
    (Kind::Social, "x", &["x.com", "t.co"]),
    (Kind::Social, "twitter", &["twitter.com"]),
    (Kind::Social, "reddit", &["reddit.com"]),
    (Kind::Social, "pinterest", &[".pinterest.*"]),
    (Kind::Social, "tiktok", &["tiktok.com"]),
    (Kind::Social, "threads", &["threads.net", "threads.com"]),
    (Kind::Social, "bluesky", &["bsky.app"]),
    (Kind::Social, "mastodon", &["mastodon.social"]),
    (Kind::Social, "quora", &["quora.com"]),
    (Kind::Social, "hackernews", &["news.ycombinator.com"]),
    (Kind::Social, "xing", &["xing.com"]),
    (Kind::Social, "vk", &["vk.com"]),
    (Kind::Social, "telegram", &["t.me", "telegram.org"]),
    (Kind::Social, "whatsapp", &["whatsapp.com"]),
];

/// Click ids that ad platforms append to the address, with the source and medium that they prove.
const CLICK_IDS: &[(&str, &str, &str)] = &[
    ("gclid", "google", "cpc"),
    ("gbraid", "google", "cpc"),
    ("wbraid", "google", "cpc"),
    ("msclkid", "bing", "cpc"),
    ("dclid", "google", "display"),
    ("li_fat_id", "linkedin", "paid-social"),
    ("ttclid", "tiktok", "paid-social"),
    ("twclid", "x", "paid-social"),
    // Facebook puts it on every link, paid or not.
    ("fbclid", "facebook", "referral"),
];

const NOT_SET: &str = "(not set)";

/// Where a session came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who sent the visitor: a name, a host, or `(direct)`.
    pub source: String,
    /// How: `organic`, `cpc`, `referral`, `(none)` …
    pub medium: String,
    /// The campaign's name, or `(not set)`.
    pub campaign: String,
    /// GA4's channel: `organic_search`, `direct` …
    pub channel: &'static str,
}

/// The hosts that a model adds to the well-known ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channels(pub Vec<(Kind, String)>);

impl Channels {
    /// Where a session came from whose first event has this host, query and referrer.
    pub fn origin(&self, host: Option<&str>, query: &Object, referrer: Option<&str>) -> Origin {
        let (source, medium, campaign) = self.source(host, query, referrer);
        let channel = self.channel(&source, &medium, &campaign);
        Origin { source, medium, campaign, channel }
    }

    fn source(&self, host: Option<&str>, query: &Object, referrer: Option<&str>) -> (String, String, String) {
        let parameter = |key: &str| query.get(key).and_then(Value::as_str).filter(|value| !value.is_empty());
        let utm = ["utm_source", "utm_medium", "utm_campaign"].map(parameter);
        if utm.iter().any(Option::is_some) {
            let [source, medium, campaign] = utm.map(|value| value.unwrap_or(NOT_SET).to_owned());
            return (source, medium, campaign);
        }
        let of = |source: &str, medium: &str| (source.to_owned(), medium.to_owned(), NOT_SET.to_owned());
        if let Some((_, source, medium)) = CLICK_IDS.iter().find(|(key, _, _)| parameter(key).is_some()) {
            return of(source, medium);
        }
        match referrer.and_then(url::host).filter(|from| !host.is_some_and(|host| same_site(from, host))) {
            None => of("(direct)", "(none)"),
            Some(from) => match self.known(&from) {
                Some((Kind::Search, name)) => of(name, "organic"),
                Some((Kind::Social, name)) => of(name, "social"),
                Some((Kind::Ai, name)) => of(name, "ai"),
                _ => of(&from, "referral"),
            },
        }
    }

    /// What a host, or a source's name, is known as. The model's own hosts come first.
    fn known(&self, source: &str) -> Option<(Kind, &str)> {
        let own = self.0.iter().find(|(_, host)| host_matches(source, host)).map(|(kind, host)| (*kind, host.as_str()));
        own.or_else(|| {
            let listed = HOSTS.iter().find(|(_, name, hosts)| source == *name || hosts.iter().any(|host| host_matches(source, host)));
            listed.map(|(kind, name, _)| (*kind, *name))
        })
    }

    /// GA4's default channel group of a source, medium and campaign, in its order of precedence.
    pub fn channel(&self, source: &str, medium: &str, campaign: &str) -> &'static str {
        // Most sessions, and they need no look at the list of hosts.
        if source == "(direct)" && matches!(medium, "(none)" | NOT_SET) {
            return "direct";
        }
        let [source, medium, campaign] = [source, medium, campaign].map(lower_case);
        let medium = medium.as_str();
        let kind = self.known(&source).map(|(kind, _)| kind);
        let paid = has(medium, "cp") || matches!(medium, "ppc" | "retargeting") || medium.starts_with("paid");
        let shopping = kind == Some(Kind::Shopping) || names_shopping(&campaign);
        let says_email = |text: &str| ["email", "e-mail", "e_mail", "e mail"].iter().any(|word| has(text, word));
        match kind {
            _ if source == "(direct)" && matches!(medium, "(none)" | NOT_SET) => "direct",
            _ if has(&campaign, "cross-network") => "cross_network",
            _ if paid && shopping => "paid_shopping",
            Some(Kind::Search) if paid => "paid_search",
            Some(Kind::Social) if paid => "paid_social",
            Some(Kind::Video) if paid => "paid_video",
            _ if matches!(medium, "display" | "banner" | "expandable" | "interstitial" | "cpm") => "display",
            _ if paid => "paid_other",
            Some(Kind::Ai) => "ai_assistants",
            _ if medium == "ai" => "ai_assistants",
            _ if shopping => "organic_shopping",
            Some(Kind::Social) => "organic_social",
            _ if matches!(medium, "social" | "social-network" | "social-media" | "sm" | "social network" | "social media") => {
                "organic_social"
            }
            Some(Kind::Video) => "organic_video",
            _ if has(medium, "video") => "organic_video",
            Some(Kind::Search) => "organic_search",
            _ if medium == "organic" => "organic_search",
            _ if matches!(medium, "referral" | "app" | "link") => "referral",
            _ if says_email(&source) || says_email(medium) => "email",
            _ if medium == "affiliate" => "affiliates",
            _ if medium == "audio" => "audio",
            _ if source == "sms" || medium == "sms" => "sms",
            _ if medium.ends_with("push") || has(medium, "mobile") || has(medium, "notification") || source == "firebase" => {
                "mobile_push_notifications"
            }
            _ => "unassigned",
        }
    }
}

/// Whether two hosts are of one site, as far as their last two labels tell.
fn same_site(one: &str, other: &str) -> bool {
    fn last_two(host: &str) -> &str {
        host.rmatch_indices('.').nth(1).and_then(|(place, _)| host.get(place + 1..)).unwrap_or(host)
    }
    one == other || last_two(one) == last_two(other)
}

/// Whether a host matches a pattern of [`HOSTS`].
fn host_matches(host: &str, pattern: &str) -> bool {
    let Some(name) = pattern.strip_suffix(".*") else {
        return host.strip_suffix(pattern).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    };
    let (name, rest) = match name.strip_prefix('.') {
        Some(name) => (
            name,
            places(host, name)
                .next()
                .filter(|place| *place == 0 || host.get(..*place).is_some_and(|before| before.ends_with('.')))
                .and_then(|place| host.get(place..)),
        ),
        None => (name, Some(host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host))),
    };
    let top = rest.and_then(|rest| rest.strip_prefix(name)).and_then(|rest| rest.strip_prefix('.'));
    top.is_some_and(|top| match top.split_once('.') {
        None => !top.is_empty(),
        Some((second, top)) => (2..=3).contains(&second.len()) && top.len() == 2,
    })
}

/// GA4's `^(.*(([^a-df-z]|^)shop|shopping).*)$`: “shop” at the start of a word, or “shopping” anywhere.
fn names_shopping(campaign: &str) -> bool {
    let starts_word = |place: usize| {
        let before = campaign.get(..place).and_then(|before| before.chars().next_back());
        before.is_none_or(|before| !before.is_ascii_lowercase() || before == 'e')
    };
    has(campaign, "shopping") || places(campaign, "shop").any(starts_word)
}

fn has(text: &str, word: &str) -> bool {
    places(text, word).next().is_some()
}

/// Where a word stands in a text. These are short; the standard library's search, made for long ones, would be kilobytes of a page's module.
fn places(text: &str, word: &str) -> impl Iterator<Item = usize> {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    (0..=text.len()).filter(move |place| text.get(*place..).is_some_and(|rest| rest.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str, referrer: Option<&str>) -> String {
        let parts = url::split(url);
        let origin = Channels::default().origin(parts.host.as_deref(), &parts.query, referrer);
        format!("{} / {} / {} = {}", origin.source, origin.medium, origin.campaign, origin.channel)
    }

    #[test]
    fn a_session_comes_from_the_first_rule_that_applies() {
        let here = "https://www.acme.example/x";
        let table = [
            ("?utm_source=News&utm_medium=email&gclid=1", None, "News / email / (not set) = email"),
            ("?utm_campaign=spring", None, "(not set) / (not set) / spring = unassigned"),
            ("?utm_source=&gclid=1", Some("https://news.example/"), "google / cpc / (not set) = paid_search"),
            ("?li_fat_id=1", None, "linkedin / paid-social / (not set) = paid_social"),
            ("?dclid=1", None, "google / display / (not set) = display"),
            ("?fbclid=1", Some("https://l.facebook.com/"), "facebook / referral / (not set) = organic_social"),
            ("?fbclid=1&gbraid=2", None, "google / cpc / (not set) = paid_search"),
            ("", Some("https://www.google.co.uk/search"), "google / organic / (not set) = organic_search"),
            ("", Some("https://mail.google.com/"), "mail.google.com / referral / (not set) = referral"),
            ("", Some("https://gemini.google.com/"), "gemini / ai / (not set) = ai_assistants"),
            ("?utm_source=chatgpt.com", None, "chatgpt.com / (not set) / (not set) = ai_assistants"),
            ("", Some("https://de.pinterest.com/"), "pinterest / social / (not set) = organic_social"),
            ("", Some("https://m.youtube.com/"), "m.youtube.com / referral / (not set) = organic_video"),
            ("", Some("https://partner.example/"), "partner.example / referral / (not set) = referral"),
            ("", Some("https://blog.acme.example/"), "(direct) / (none) / (not set) = direct"),
            ("", Some("android-app:"), "(direct) / (none) / (not set) = direct"),
            ("", None, "(direct) / (none) / (not set) = direct"),
        ];
        for (query, referrer, expected) in table {
            assert_eq!(origin(&format!("{here}{query}"), referrer), expected, "{query} {referrer:?}");
        }
        assert_eq!(origin("/relative", Some("https://acme.example/")), "acme.example / referral / (not set) = referral");
    }

    #[test]
    fn hosts_match_as_listed() {
        for (host, pattern, expected) in [
            ("google.de", "google.*", true),
            ("m.google.com.br", "google.*", true),
            ("google.evil.example", "google.*", false),
            ("notgoogle.com", "google.*", false),
            ("google.", "google.*", false),
            ("fr.pinterest.com", ".pinterest.*", true),
            ("spinterest.com", ".pinterest.*", false),
            ("x.com", "x.com", true),
            ("netflix.com", "x.com", false),
            ("mobile.x.com", "x.com", true),
            ("x.com", "..*", false),
            (".com", "..*", true),
        ] {
            assert_eq!(host_matches(host, pattern), expected, "{host} {pattern}");
        }
    }

    #[test]
    fn a_model_adds_hosts() {
        let channels = Channels(vec![(Kind::Search, "find.example".into()), (Kind::Video, "clips.example".into())]);
        let origin = |referrer| channels.origin(None, &Object::new(), Some(referrer));
        assert_eq!(
            (origin("https://www.find.example").source.as_str(), origin("https://find.example").medium.as_str()),
            ("find.example", "organic")
        );
        assert_eq!(origin("https://clips.example/").channel, "organic_video");
    }

    #[test]
    fn a_shop_starts_a_word() {
        for (campaign, expected) in
            [("shop-now", true), ("workshop", false), ("eshop", true), ("my shop", true), ("window-shopping", true), ("bishop", false)]
        {
            assert_eq!(names_shopping(campaign), expected, "{campaign}");
        }
    }
}
