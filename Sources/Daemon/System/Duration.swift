extension Duration {
    /// A hundred years and more: what is longer is no limit.
    static let maximumSeconds = 4_000_000_000.0

    /// So many seconds, held within 0 and `maximumSeconds`; 0 for what is no number.
    static func bounded(seconds: Double) -> Duration {
        seconds.isNaN ? .zero : .seconds(min(max(seconds, 0), maximumSeconds))
    }
}
