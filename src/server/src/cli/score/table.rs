//! Rows of Snowplow's enriched events in the form of its analytics SDKs, which the translation knows: tables as warehouses export them,
//! in which cells hold JSON and empty cells nothing, and the tab-separated form in which a pipeline writes them, without names.

use warmlead::json;
use warmlead::value::{Object, Value};

/// The fields of the tab-separated form, in order (Snowplow, “The enriched event”: a fixed format).
const FIELDS: &str = "app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id name_tracker v_tracker v_collector v_etl user_id \
    user_ipaddress user_fingerprint domain_userid domain_sessionidx network_userid geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude \
    geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url page_title page_referrer page_urlscheme page_urlhost page_urlport page_urlpath \
    page_urlquery page_urlfragment refr_urlscheme refr_urlhost refr_urlport refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source refr_term \
    mkt_medium mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action se_label se_property se_value unstruct_event tr_orderid \
    tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state tr_country ti_orderid ti_sku ti_name ti_category ti_price ti_quantity pp_xoffset_min \
    pp_xoffset_max pp_yoffset_min pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang br_features_pdf br_features_flash \
    br_features_java br_features_director br_features_quicktime br_features_realplayer br_features_windowsmedia br_features_gears br_features_silverlight \
    br_cookies br_colordepth br_viewwidth br_viewheight os_name os_family os_manufacturer os_timezone dvce_type dvce_ismobile dvce_screenwidth \
    dvce_screenheight doc_charset doc_width doc_height tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency ti_price_base base_currency \
    geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp refr_domain_userid refr_dvce_tstamp derived_contexts domain_sessionid derived_tstamp \
    event_vendor event_name event_format event_version event_fingerprint true_tstamp";

/// The columns of a table.
pub struct Table {
    columns: Vec<String>,
    /// Cells are between tabs, and no quotes are around them.
    tabs: bool,
    /// Whether the first line names the columns.
    pub named: bool,
}

impl Table {
    /// Reads the first line.
    pub fn new(line: &str) -> Result<Table, String> {
        let tabs = line.contains('\t');
        let columns = cells(line, tabs)?;
        if columns.iter().any(|column| column == "event_id") {
            return Ok(Table { columns, tabs, named: true });
        }
        let fields: Vec<String> = FIELDS.split_whitespace().map(str::to_owned).collect();
        if tabs && columns.len() == fields.len() {
            return Ok(Table { columns: fields, tabs, named: false });
        }
        let wanted = "the first line must name the columns, `event_id`, `event_name` and `derived_tstamp` among them";
        Err(format!("neither JSON nor a table of events: {wanted}"))
    }

    /// Whether a cell may go over several lines, inside of quotes.
    pub fn quoted(&self) -> bool {
        !self.tabs
    }

    /// Reads a row.
    pub fn row(&self, line: &str) -> Result<Value, String> {
        let cells = cells(line, self.tabs)?;
        if cells.len() != self.columns.len() {
            return Err(format!("the row has {} cells; it must have {}", cells.len(), self.columns.len()));
        }
        let mut row = Object::new();
        for (column, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            add(column, cell, &mut row).map_err(|why| format!("column `{column}`: {why}"))?;
        }
        Ok(Value::Object(row))
    }
}

/// Adds what a cell holds.
fn add(column: &str, cell: String, row: &mut Object) -> Result<(), String> {
    const NUMBERS: [&str; 6] = ["se_value", "tr_total", "tr_tax", "tr_shipping", "ti_price", "ti_quantity"];
    let json = || json::parse(&cell).map_err(|error| format!("it is no JSON: {}", error.message));
    if matches!(column, "contexts" | "derived_contexts") {
        let contexts = json()?;
        for entity in contexts.at("data").and_then(Value::as_array).unwrap_or_default() {
            let Some((key, data)) = self_describing("contexts", entity) else { continue };
            let mut entities = row.remove(&key).and_then(|list| list.as_array().map(<[Value]>::to_vec)).unwrap_or_default();
            entities.push(data);
            row.insert(key, entities);
        }
    } else if column == "unstruct_event" {
        if let Some((key, data)) = json()?.at("data").and_then(|event| self_describing("unstruct_event", event)) {
            row.insert(key, data);
        }
    } else if column.starts_with("contexts_") || column.starts_with("unstruct_event_") {
        row.insert(column, json()?);
    } else if NUMBERS.contains(&column) || column.starts_with("pp_") {
        let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
        row.insert(column, number.map_or(Value::String(cell), Value::Number));
    } else {
        row.insert(column, cell);
    }
    Ok(())
}

/// The name under which the SDKs give self-describing data, and the data: `iglu:com.acme/webPage/jsonschema/1-0-2` of a context is
/// `contexts_com_acme_web_page_1`.
fn self_describing(kind: &str, of: &Value) -> Option<(String, Value)> {
    let schema = of.at("schema")?.as_str()?.strip_prefix("iglu:")?;
    let [vendor, name, _, version] = schema.split('/').collect::<Vec<_>>().try_into().ok()?;
    let mut key = format!("{kind}_{}_", vendor.to_lowercase());
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !key.ends_with('_') {
            key.push('_');
        }
        key.push(letter.to_ascii_lowercase());
    }
    let key = format!("{key}_{}", version.split('-').next()?).replace(['.', '-'], "_");
    Some((key, of.at("data")?.clone()))
}

fn cells(line: &str, tabs: bool) -> Result<Vec<String>, String> {
    if tabs {
        return Ok(line.split('\t').map(str::to_owned).collect());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).buffer_capacity(line.len().max(1)).from_reader(line.as_bytes());
    let row = reader.records().next().transpose().map_err(|error| format!("the row can't be read: {error}"))?;
    Ok(row.map(|row| row.iter().map(str::to_owned).collect()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_objects() {
        let table = Table::new("event_id,page_title,se_value,contexts_w_1,user_id\r").unwrap();
        let row = |line: &str| table.row(line).map(|row| json::print(&row));
        let cases = [
            (
                r#"e1,"a ""b"", c",2.5,"[{""id"":""p""}]","#,
                r#"{"event_id":"e1","page_title":"a \"b\", c","se_value":2.5,"contexts_w_1":[{"id":"p"}]}"#,
            ),
            ("e1,,high,,u\r", r#"{"event_id":"e1","se_value":"high","user_id":"u"}"#),
            ("e1,\"two\nlines\",NaN,,1", r#"{"event_id":"e1","page_title":"two\nlines","se_value":"NaN","user_id":"1"}"#),
        ];
        for (line, expected) in cases {
            assert_eq!(row(line).as_deref(), Ok(expected), "{line}");
        }
        assert_eq!(row("e1,,").unwrap_err(), "the row has 3 cells; it must have 5");
        assert_eq!(
            row("e1,,,[{,").unwrap_err(),
            "column `contexts_w_1`: it is no JSON: the text ends within an object, which begins at 1:2; `}` is missing"
        );
        assert!(Table::new("a,b").is_err());
    }
    #[test]
    fn the_tab_separated_form_needs_no_names() {
        assert_eq!(FIELDS.split_whitespace().count(), 131);
        let line = |pairs: &[(&str, &str)]| {
            let cell = |field| pairs.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value);
            FIELDS.split_whitespace().map(cell).collect::<Vec<_>>().join("\t")
        };
        let line = line(&[
            ("event_id", "e1"),
            ("se_value", "2"),
            (
                "contexts",
                r#"{"schema":"iglu:x/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:com.acme-x/webPage/jsonschema/1-0-2","data":{"id":1}}]}"#,
            ),
            ("derived_contexts", r#"{"data":[{"schema":"iglu:com.acme-x/webPage/jsonschema/1-1-0","data":{"id":2}},{"schema":"x"}]}"#),
            ("unstruct_event", r#"{"data":{"schema":"iglu:com.acme/link_click/jsonschema/2-0-1","data":{"targetUrl":"/"}}}"#),
        ]);
        let table = Table::new(&line).unwrap();
        assert!(!table.named && !table.quoted());
        let expected = r#"{"event_id":"e1","se_value":2,"unstruct_event_com_acme_link_click_2":{"targetUrl":"/"},"contexts_com_acme_x_web_page_1":[{"id":1},{"id":2}]}"#;
        assert_eq!(table.row(&line).map(|row| json::print(&row)).as_deref(), Ok(expected));
        assert!(Table::new("event_id\tevent_name").unwrap().named);
        assert!(Table::new("a\tb").is_err());
    }
}
