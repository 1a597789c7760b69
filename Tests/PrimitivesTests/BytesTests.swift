import Primitives
import Testing

@Suite struct BytesTests {
    @Test func searches() {
        "abcabc".withBytes { bytes in
            #expect(bytes.firstIndex(of: 0x62) == 1)
            #expect(bytes.firstIndex(of: 0x62, from: 2) == 4)
            #expect(bytes.firstIndex(of: 0x7A) == nil)
            #expect(bytes.lastIndex(of: 0x61) == 3)
            #expect(bytes.lastIndex(of: 0x61, before: 3) == 0)
            #expect(bytes.firstIndex(of: "cab") == 2)
            #expect(bytes.firstIndex(of: "cab", from: 3) == nil)
            #expect(bytes.starts(with: "abc") && bytes.ends(with: "abc") && !bytes.starts(with: "abcabcd"))
        }
    }

    @Test func emptyIsHarmless() {
        let empty = Bytes.empty
        #expect(empty.isEmpty && empty.firstIndex(of: 0) == nil && empty.text == "" && empty == "")
        #expect(empty.decimal == nil && empty.trimmed.isEmpty && empty.prefix(3).isEmpty)
        #expect(Bytes(UnsafeRawBufferPointer(start: nil, count: 0)).isEmpty)
    }

    @Test(
        arguments: [
            ("0", 0), ("007", 7), ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("", nil),
            ("-1", nil),
            ("1 ", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)])
    func decimals(_ text: String, _ value: Int?) {
        #expect(text.withBytes { $0.decimal } == value)
    }

    @Test(
        arguments: [("1.5", 1.5), ("-2", -2), ("1e3", 1000), ("", nil), ("nan", nil), ("0x10", nil)]
            as [(String, Double?)])
    func fractions(_ text: String, _ value: Double?) {
        #expect(text.withBytes { $0.decimalFraction } == value)
    }

    @Test func foldsOnlyLetters() {
        #expect("ReFerer".withBytes { $0.equalsIgnoringCase("referer") })
        #expect(!"@".withBytes { $0.equalsIgnoringCase("`") })
        for (text, isThere) in [
            ("a ReFeRer", true), ("referer", true), ("refere", false), ("", false), ("refer er", false),
        ] {
            #expect(text.withBytes { $0.containsIgnoringCase("referer") } == isThere, "\(text)")
        }
    }

    @Test func scratchGrowsAndKeepsWhatItHas() {
        var scratch = ScratchBuffer(capacity: 16, limit: 4096)
        var offsets: [(Int, Int)] = []
        for number in [0, 7, -13, Int.max, Int.min + 1] {
            if let place = scratch.appendDecimal(number) { offsets.append(place) }
        }
        var written: [String] = []
        for (offset, length) in offsets { written.append(scratch.bytes(offset, length).text) }
        #expect(written == ["0", "7", "-13", "\(Int.max)", "\(Int.min + 1)"])
        let hasRoom = scratch.reserve(8192)
        #expect(!hasRoom)
        let large = [UInt8](repeating: 1, count: 5000)
        let place = large.withBytes { scratch.append($0) }
        #expect(place == nil)
    }
}

@Suite struct ContentIDTests {
    @Test func knownDigest() {
        #expect("abc".withBytes { sha256Hex($0) } == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func partsAreKeptApart() {
        func id(_ parts: [String]) -> ContentID {
            var hasher = ContentHasher()
            for part in parts { hasher.add(part) }
            return hasher.finish()
        }
        #expect(id(["ab", "c"]) != id(["a", "bc"]) && id(["ab", "c"]) == id(["ab", "c"]))
        #expect(ContentID(id(["x"]).description) == id(["x"]))
        #expect(ContentID("zz") == nil)
    }
}

@Suite struct MemoryBudgetTests {
    @Test(
        arguments: [
            ("512M", 512 << 20), ("2g", 2 << 30), ("65536", 65_536), ("x", nil), ("", nil), ("-1M", nil),
            ("99999999T", nil),
        ] as [(String, Int?)])
    func sizes(_ text: String, _ bytes: Int?) {
        #expect(MemoryBudget.bytes(text) == bytes)
    }

    private func shares(_ budget: MemoryBudget) -> Int {
        budget.batchBytes + budget.resultBytes + budget.flowBytes + budget.reassemblyBytes + budget.correlationBytes
            + budget.storeBytes
    }

    /// Rules within a quarter change no share; beyond it they and the shares fill the budget.
    @Test(arguments: [(512, 100, 384), (512, 128, 384), (512, 200, 304), (128, 90, 32), (128, 33, 80), (128, 32, 96)])
    func sharesAndWhatIsResidentFillTheBudget(total: Int, resident: Int, expected: Int) throws {
        let (totalBytes, expectedBytes) = (total << 20, expected << 20)
        let budget = try #require(MemoryBudget(totalBytes: totalBytes).holding(residentBytes: resident << 20))
        let shared = shares(budget)
        #expect(abs(shared - expectedBytes) < 8)
        let filled = shared + budget.residentBytes
        #expect(filled <= totalBytes)
    }

    @Test func tooLittleIsSaid() {
        #expect(MemoryBudget(totalBytes: 64 << 20).holding(residentBytes: 60 << 20) == nil)
        #expect(MemoryBudget(totalBytes: 128 << 20).holding(residentBytes: 200 << 20) == nil)
    }
}

@Suite struct BoundedQueueTests {
    @Test func keepsOrderAndEnds() {
        let queue = BoundedQueue<Int>(capacity: 4)
        for number in 0..<4 { #expect(queue.push(number)) }
        #expect(queue.pop(waitingMilliseconds: 1) == 0)
        queue.close()
        #expect(!queue.push(9))
        #expect([queue.pop(), queue.pop(), queue.pop(), queue.pop()] == [1, 2, 3, nil])
        #expect(queue.isFinished)
    }

    @Test func waitsNoLongerThanTold() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.pop(waitingMilliseconds: 20) == nil && !queue.isFinished)
    }
}
