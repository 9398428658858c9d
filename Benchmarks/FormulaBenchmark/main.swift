import Amounts
import Calendars
import Diagnostics
import Formulas
import Glibc

/// Evaluations per second of processor time of the formula that the project's aim names, and core, with inputs that change each time,
/// beside the same computation written by hand on `Money`.
///
/// Run with: swift run -c release FormulaBenchmark

let text = "if gross > 1000 then round(gross * rate, 2) else 0"
let iterations = 5_000_000
let rounds = 5

let (scope, gross, rate) = try {
    var scope = FormulaScope()
    let gross = try scope.declare(input: "gross", .money, description: "pay before deductions")
    let rate = try scope.declare(input: "rate", .rate, description: "rate of the levy")
    return (scope, gross, rate)
}()

func compiled(_ text: String, _ type: FormulaType) throws -> Formula {
    var problems = ProblemList()
    let location = SourceLocation(file: "benchmark", line: 1, column: 1)
    let formula = Formula.compile(text, at: location, in: scope, expecting: type, problems: &problems)
    guard let formula else { throw Failure(.failed, "the formula does not compile", problems: problems.problems) }
    return formula
}

/// Amounts from 500.00 to 1,999.99 in an order without a pattern, so that the branch cannot be foretold.
@inline(__always)
func minorUnits(_ index: Int) -> Int64 {
    50_000 + Int64(truncatingIfNeeded: (UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15) >> 32) % 150_000
}

let rates = (0..<16).map { Rate(ExactDecimal(coefficient: Int128(500 + 37 * $0), scale: 4)) }

/// Processor time of this program so far: what others do on the machine does not count.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The best of the rounds, in evaluations per second, and the sum of the results as a check.
func measure(_ body: () throws -> Int128) rethrows -> (perSecond: Double, checksum: Int128) {
    var best = Double.infinity
    var checksum: Int128 = 0
    for _ in 0..<rounds {
        let start = processorSeconds()
        checksum = try body()
        best = min(best, processorSeconds() - start)
    }
    return (Double(iterations) / best, checksum)
}

@inline(never)
func byFormula(_ formula: Formula) throws -> Int128 {
    var inputs = FormulaInputs(for: scope, currency: .gbp)
    var checksum: Int128 = 0
    for index in 0..<iterations {
        try inputs.set(gross, Money(minorUnits: minorUnits(index), .gbp))
        inputs.set(rate, rates[index & 15])
        if case .money(let result) = try formula.evaluate(inputs) {
            checksum &+= result.scale == 2 ? result.coefficient : result.coefficient * 100
        }
    }
    return checksum
}

@inline(never)
func byHand() throws -> Int128 {
    let threshold = Money(minorUnits: 100_000, .gbp)
    var checksum: Int128 = 0
    for index in 0..<iterations {
        let gross = Money(minorUnits: minorUnits(index), .gbp)
        let result =
            try gross.compared(to: threshold) > 0
            ? gross.multiplied(by: rates[index & 15], rounding: .halfAwayFromZero) : .zero(.gbp)
        checksum &+= Int128(result.minorUnits)
    }
    return checksum
}

/// As `4,999,999`.
func grouped(_ value: Double) -> String {
    Money(minorUnits: Int64(value), .jpy).groupedText
}

let formula = try compiled(text, .money)
let ours = try measure { try byFormula(formula) }
let baseline = try measure(byHand)
guard ours.checksum == baseline.checksum else {
    throw Failure(.failed, "the formula gives \(ours.checksum), the computation by hand \(baseline.checksum)")
}
let ratio = Int64(ours.perSecond / baseline.perSecond * 1_000)
print("formula   \(text)")
print("compiled  \(grouped(ours.perSecond)) evaluations/s/core")
print("by hand   \(grouped(baseline.perSecond)) evaluations/s/core")
print("ratio     \(ExactDecimal(coefficient: Int128(ratio), scale: 3))")
