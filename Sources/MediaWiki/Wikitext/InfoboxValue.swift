extension WikitextDocument {
    /// The plain text of a template's value: one piece for each list item, blank lines and `<br>` counted as breaks.
    public func plainText(of value: Range<Int>, links: LinkResolver) -> [PlainText] {
        PlainTextRenderer.items(of: value, in: self, links: links, purpose: .value)
    }
}
