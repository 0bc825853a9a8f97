/// Every rule that is checked, in the order in which a reader meets them.
enum HouseRules {
    static let pureTargets: Set<String> = ["Wording", "Market", "Indicators", "Trading"]

    // Split, so that this file does not break the rule it states.
    static let unfinishedMarks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK"]

    static let all: [any TidyRule] = [
        ImportDirectionRule(), FileLengthRule(), LineLengthRule(), FunctionLengthRule(), VagueNameRule(),
        SilentErrorRule(), FileNameRule(), WhiteSpaceRule(), unfinished, traps, pure, printing, sleeping, machinePaths,
    ]

    static let unfinished = BannedTextRule(
        demand: "nothing is left for later in the code",
        banned: unfinishedMarks.map { ($0, "finish it, or write an issue") },
        badSample: SourceFile(path: "Sources/Market/Bad.swift", text: "// \(unfinishedMarks[0]): later\n"),
        everywhere: true,
        applies: { ($0.isSwift || $0.isC || $0.isLua) && !$0.path.contains("/Hostile/") })

    static let traps = BannedTextRule(
        demand: "the product never stops on input",
        banned: [
            ("fatalError(", "throw a typed error; `precondition` for our own bugs"),
            ("try!", "handle the error"), ("as!", "use `as?` and say what was expected"),
        ],
        badSample: SourceFile(path: "Sources/Market/Bad.swift", text: "let a = try! read()\n"),
        everywhere: false,
        applies: { $0.isSwift && $0.isProduct })

    static let pure = BannedTextRule(
        demand: "pure targets know no clock, no task and no thread",
        banned: [
            (" async ", "decisions are synchronous"), ("await ", "decisions are synchronous"),
            ("Date()", "take the time as an argument"), ("Task {", "leave it to a service"),
            ("DispatchQueue", "leave it to a shell"),
        ],
        badSample: SourceFile(path: "Sources/Trading/Bad.swift", text: "let now = Date()\n"),
        everywhere: false,
        applies: { $0.isSwift && $0.isProduct && pureTargets.contains($0.target ?? "") })

    static let printing = BannedTextRule(
        demand: "only the executable writes to the terminal",
        banned: [("print(", "return the text; the executable writes it")],
        badSample: SourceFile(path: "Sources/Backtest/Bad.swift", text: "print(1)\n"),
        everywhere: false,
        applies: { $0.isSwift && $0.isProduct && $0.target != "aristobot" })

    static let sleeping = BannedTextRule(
        demand: "tests wait for events, never for time",
        banned: ["Task.sl" + "eep", "usl" + "eep(", "Thread.sl" + "eep"].map { ($0, "wait for the event itself") },
        badSample: SourceFile(path: "Tests/MarketTests/Bad.swift", text: "usl" + "eep(10)\n"),
        everywhere: true,
        // Other processes and the database tell a test nothing: one file looks again and again, with pauses.
        applies: { $0.isSwift && $0.isTest && !$0.path.hasSuffix("TestSupport/Eventually.swift") })

    static let machinePaths = BannedTextRule(
        demand: "no path of one person's machine stands in the project",
        banned: ["/ho" + "me/", "/ro" + "ot/", "/Use" + "rs/"].map { ($0, "use a path from the package's root") },
        badSample: SourceFile(path: "Sources/Market/Bad.swift", text: "let a = \"/ro" + "ot/x\"\n"),
        everywhere: true,
        applies: { !$0.path.contains("/Hostile/") })
}
