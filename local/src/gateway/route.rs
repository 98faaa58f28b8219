//! Which route a request takes.

use http::Method;
use percent_encoding::percent_decode_str;

use crate::template::Route;

/// What the `{names}` of a path stand for.
pub(super) type Parameters = Vec<(String, String)>;

/// The route of that verb and path; of two that match, the one with fewer `{names}`.
pub(super) fn find<'a>(
    routes: &'a [Route],
    method: &Method,
    path: &str,
) -> Option<(&'a Route, Parameters)> {
    let matching = routes
        .iter()
        .filter(|route| route.method == method.as_str())
        .filter_map(|route| Some((route, read(&route.path, path)?)));
    matching.min_by_key(|(_, parameters)| parameters.len())
}

fn read(pattern: &str, path: &str) -> Option<Parameters> {
    let (pattern, path): (Vec<&str>, Vec<&str>) =
        (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (expected, actual) in pattern.into_iter().zip(path) {
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(_) if actual.is_empty() => return None,
            Some(name) => {
                let value = percent_decode_str(actual).decode_utf8_lossy().into_owned();
                parameters.push((name.to_owned(), value));
            }
            None if expected == actual => {}
            None => return None,
        }
    }
    Some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, path: &str) -> Route {
        Route { method: method.into(), path: path.into(), function: path.into() }
    }

    #[test]
    fn verb_and_every_segment_must_match() {
        let routes = [route("GET", "/a/{id}"), route("GET", "/a/b"), route("PUT", "/a/{id}")];
        let find = |method: Method, path: &str| {
            find(&routes, &method, path).map(|(route, values)| (route.path.clone(), values))
        };
        let id = |value: &str| vec![("id".to_owned(), value.to_owned())];
        assert_eq!(find(Method::GET, "/a/b"), Some(("/a/b".to_owned(), vec![])));
        assert_eq!(find(Method::GET, "/a/c%2Fd"), Some(("/a/{id}".to_owned(), id("c/d"))));
        for path in ["/a", "/a/", "/a/b/", "/A/b", "/a/b/c"] {
            assert_eq!(find(Method::GET, path), None, "{path}");
        }
        assert_eq!(find(Method::POST, "/a/b"), None);
    }
}
