import LinearAlgebra

extension ForwardPass {
    /// Attention of a block without its output projection: [rows, heads * head size].
    func attention(
        _ layer: Int, _ block: PackedBlock, _ input: MatrixView, _ workspace: Workspace, _ team: WorkerTeam
    ) -> MatrixView {
        let shape = configuration.attention
        let projection = workspace.projection.matrix(rows: block.rowCount, columns: shape.projectionSize)
        multiply(input, weights.layers[layer].queryKeyValue, into: projection, team)
        prepare(layer, block, projection, team)
        let mixed = workspace.mixed.matrix(rows: block.rowCount, columns: shape.headCount * shape.headSize)
        let nanoseconds = block.attentionPairs * shape.headCount * shape.headSize / 16
        // Of one position the heads that share keys and values read them together.
        let sharesPosition = block.members.allSatisfy { $0.rows.count == 1 }
        let groups = sharesPosition ? shape.keyValueHeadCount : shape.headCount
        team.run(block.members.count * groups, nanoseconds: nanoseconds) { item, worker in
            let member = block.members[item / groups]
            let group = item % groups
            let heads = sharesPosition ? shape.queryHeads(ofKeyValue: group) : group..<group + 1
            let (keys, values) = keysAndValues(
                layer, shape.keyValueHead(ofQuery: heads.lowerBound), member, projection)
            var queries = projection.rows(member.rows).columns(
                shape.queryColumns(heads.lowerBound).lowerBound..<shape.queryColumns(heads.upperBound - 1).upperBound)
            var mixed = mixed.rows(member.rows).columns(
                heads.lowerBound * shape.headSize..<heads.upperBound * shape.headSize)
            if sharesPosition { (queries, mixed) = (queries.cut(into: heads.count), mixed.cut(into: heads.count)) }
            attend(
                queries, keys, values, first: member.part.firstPosition, sharesPosition: sharesPosition,
                window: configuration.layers[layer].window, into: mixed, worker)
        }
        return mixed
    }

    /// One head of one sequence: queries [t, d] at positions first..., keys and values [first + t, d] from position 0. Or, if the rows
    /// share a position, heads of that one: queries [heads, d], keys and values [first + 1, d].
    ///
    /// Queries go by tiles, so that scores of a long sequence stay small and the half that nobody may see is left out.
    private func attend(
        _ queries: MatrixView, _ keys: MatrixView, _ values: MatrixView, first: Int, sharesPosition: Bool, window: Int?,
        into mixed: MatrixView, _ worker: Worker
    ) {
        let tileRows = 64
        func position(_ row: Int) -> Int { sharesPosition ? first : first + row }
        func firstVisible(_ row: Int) -> Int { window.map { max(0, position(row) - $0 + 1) } ?? 0 }
        for start in stride(from: 0, to: queries.rows, by: tileRows) {
            let rows = start..<min(queries.rows, start + tileRows)
            // Of a position the same way in a prompt, whatever is beside it, and in a generation.
            let kernel: ProductKernel = sharesPosition || rows.count == 1 ? .streamed : .blocked
            let lowest = firstVisible(rows.lowerBound)
            let visible = lowest..<position(rows.upperBound - 1) + 1
            let scores = worker.scores.matrix(rows: rows.count, columns: visible.count)
            Kernel.scores(
                queries.rows(rows), keys.rows(visible), scale: configuration.attention.scale, into: scores, by: kernel)
            if let limit = configuration.attention.softCap { Kernel.softCap(scores, limit: limit) }
            for row in rows {
                Kernel.softmax(scores[row - start], visible: firstVisible(row) - lowest..<position(row) + 1 - lowest)
            }
            Kernel.mix(scores, values.rows(visible), into: mixed.rows(rows), by: kernel)
        }
    }

    /// Norms, limits and turns queries and keys, and remembers keys and values when there is a cache.
    private func prepare(_ layer: Int, _ block: PackedBlock, _ projection: MatrixView, _ team: WorkerTeam) {
        team.run(block.members.count, nanoseconds: block.rowCount * projection.columns / 2) { item, _ in
            let member = block.members[item]
            let rows = projection.rows(member.rows)
            normHeads(layer, rows, isKey: false)
            normHeads(layer, rows, isKey: true)
            if let clip = configuration.attention.clip { Kernel.clamp(rows, to: clip) }
            turnHeads(layer, member, rows, isKey: false)
            turnHeads(layer, member, rows, isKey: true)
            if let cache { store(layer, member, rows, in: cache) }
        }
    }

    private func normHeads(_ layer: Int, _ rows: MatrixView, isKey: Bool) {
        let weights = weights.layers[layer]
        guard let norm = isKey ? weights.keyNorm : weights.queryNorm else { return }
        let heads = headColumns(isKey: isKey)
        if norm.isAcrossHeads {
            for view in neighbours(heads, in: rows) { norm.norms[0].apply(view, into: view) }
        } else {
            for (head, columns) in heads.enumerated() {
                let view = rows.columns(columns)
                norm.norms[norm.norms.count == 1 ? 0 : head].apply(view, into: view)
            }
        }
    }

    private func turnHeads(_ layer: Int, _ member: PackedBlock.Member, _ rows: MatrixView, isKey: Bool) {
        guard let rotary = rotary[layer] else { return }
        let positions = positions(member)
        for view in neighbours(headColumns(isKey: isKey), in: rows) {
            rotary.turn(
                view, headSize: configuration.attention.headSize, firstPosition: positions.lowerBound,
                sequenceLength: positions.upperBound)
        }
    }

    private func headColumns(isKey: Bool) -> [Range<Int>] {
        let shape = configuration.attention
        return isKey
            ? (0..<shape.keyValueHeadCount).map(shape.keyColumns) : (0..<shape.headCount).map(shape.queryColumns)
    }

    /// The heads as one view where they lie side by side, else each as its own.
    private func neighbours(_ heads: [Range<Int>], in rows: MatrixView) -> [MatrixView] {
        guard configuration.attention.layout == .sections, let first = heads.first, let last = heads.last else {
            return heads.map { rows.columns($0) }
        }
        return [rows.columns(first.lowerBound..<last.upperBound)]
    }

    private func positions(_ member: PackedBlock.Member) -> Range<Int> {
        member.part.firstPosition..<member.part.firstPosition + member.part.tokens.count
    }

    private func store(_ layer: Int, _ member: PackedBlock.Member, _ rows: MatrixView, in cache: KeyValueCache) {
        let shape = configuration.attention
        let slot = member.part.cacheSlot
        let keys = cache.keys(layer: layer, slot: slot, positions: positions(member))
        let values = cache.values(layer: layer, slot: slot, positions: positions(member))
        for head in 0..<shape.keyValueHeadCount {
            let target = head * shape.headSize..<(head + 1) * shape.headSize
            Kernel.copy(rows.columns(shape.keyColumns(head)), into: keys.columns(target))
            Kernel.copy(rows.columns(shape.valueColumns(head)), into: values.columns(target))
        }
    }

    /// Keys and values of one head from position 0 to the member's last: from the cache, or from the projection when the
    /// member is the whole sequence.
    private func keysAndValues(
        _ layer: Int, _ head: Int, _ member: PackedBlock.Member, _ projection: MatrixView
    ) -> (keys: MatrixView, values: MatrixView) {
        let shape = configuration.attention
        guard let cache else {
            let rows = projection.rows(member.rows)
            return (rows.columns(shape.keyColumns(head)), rows.columns(shape.valueColumns(head)))
        }
        let all = 0..<positions(member).upperBound
        let columns = head * shape.headSize..<(head + 1) * shape.headSize
        return (
            cache.keys(layer: layer, slot: member.part.cacheSlot, positions: all).columns(columns),
            cache.values(layer: layer, slot: member.part.cacheSlot, positions: all).columns(columns)
        )
    }
}
