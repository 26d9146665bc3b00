import LinearAlgebra

extension ForwardPass {
    /// The coefficients of a block in one layer.
    struct Coefficients {
        /// [rows, d_ff], or fewer columns where units are left out; with experts, a row for each assignment: the units of its expert at its position.
        var values: MatrixView
        /// The experts that positions are routed to, if there are any.
        var routing: Routing?
        /// The units that were computed, if not all.
        var computed: ComputedUnits?
    }

    /// The coefficients of the MLP, or of the experts: read out first, then overwritten where the sequences ask for it.
    func coefficients(
        _ layer: Int, _ block: PackedBlock, _ input: MatrixView, _ workspace: Workspace, _ team: WorkerTeam
    ) -> Coefficients {
        let weights = weights.layers[layer]
        let shape = configuration.layers[layer]
        guard let experts = shape.experts, let router = weights.router else {
            // New tokens run through whole matrices: there a copy of the weights costs more than it saves.
            if kernel == .blocked, let computed = block.surgery?.layers[layer].computedUnits(of: shape.coefficientCount)
            {
                let values = workspace.coefficients.matrix(rows: block.rowCount, columns: computed.indices.count)
                compute(weights.mlps[0], input, computed.indices, into: values, team)
                for row in 0..<values.rows {
                    for place in computed.zeroed { values[row][place] = 0 }
                }
                return Coefficients(values: values, computed: computed)
            }
            let values = workspace.coefficients.matrix(rows: block.rowCount, columns: shape.coefficientCount)
            compute(weights.mlps[0], input, into: values, team)
            for member in block.members {
                tap?(layer, member.part.index, UnsafeBufferPointer(values.rows(member.rows).values).span)
                guard let surgery = member.part.surgery, surgery.noise == nil else { continue }
                let overwritten = surgery.layers[layer]
                for row in member.rows { overwritten.apply(to: values[row]) }
            }
            return Coefficients(values: values)
        }

        let probabilities = workspace.routing.matrix(rows: block.rowCount, columns: experts.count)
        router.multiply(input, into: probabilities, by: kernel, team: team)
        for row in 0..<block.rowCount { Kernel.softmax(probabilities[row], visible: 0..<experts.count) }
        let routing = Routing(probabilities, experts)

        let values = workspace.coefficients.matrix(
            rows: routing.assignments.count, columns: shape.coefficientsPerExpert)
        for (expert, range) in routing.ranges.enumerated() where !range.isEmpty {
            let gathered = workspace.expertInput.matrix(rows: range.count, columns: input.columns)
            for (index, assignment) in routing.assignments[range].enumerated() {
                Kernel.copy(input.rows(assignment.row..<assignment.row + 1), into: gathered.rows(index..<index + 1))
            }
            compute(weights.mlps[expert], gathered, into: values.rows(range), team)
        }
        for member in block.members {
            if let tap { show(layer, member, values, routing, workspace, tap) }
            guard let surgery = member.part.surgery, surgery.noise == nil else { continue }
            let overwritten = surgery.layers[layer]
            for expert in 0..<experts.count {
                for place in routing.assignments(of: expert, in: member.rows) {
                    overwritten.apply(to: values[place], first: expert * shape.coefficientsPerExpert)
                }
            }
        }
        return Coefficients(values: values, routing: routing)
    }

    /// Adds the MLP's output to the residual stream: the sum of the value vectors, each times its coefficient; with experts
    /// times the routing weight as well, expert after expert.
    func addMLP(
        _ layer: Int, _ block: PackedBlock, _ coefficients: Coefficients, to hidden: MatrixView,
        _ workspace: Workspace, _ team: WorkerTeam
    ) {
        let weights = weights.layers[layer]
        let noises = Self.noises(block)
        guard let routing = coefficients.routing else {
            if let norm = weights.mlpOutputNorm, !noises.isEmpty {
                // The noise belongs to the product that is normed.
                let output = workspace.output.matrix(rows: hidden.rows, columns: hidden.columns)
                let linear = weights.mlps[0].output
                linear.weight.multiply(coefficients.values, into: output, bias: linear.bias, by: kernel, team: team)
                for noise in noises {
                    addNoise(noise, layer, block, coefficients.values, to: output, workspace, team) { $0.rows }
                }
                add(output, norm, to: hidden, team)
                return
            }
            add(
                weights.mlps[0].output, part: coefficients.computed.map { .inputs($0.indices) } ?? .all,
                coefficients.values, weights.mlpOutputNorm, to: hidden, workspace, team)
            for noise in noises {
                addNoise(noise, layer, block, coefficients.values, to: hidden, workspace, team) { $0.rows }
            }
            return
        }
        let output = workspace.output.matrix(rows: hidden.rows, columns: hidden.columns)
        output.values.update(repeating: 0)
        for (expert, range) in routing.ranges.enumerated() where !range.isEmpty {
            let linear = weights.mlps[expert].output
            let product = workspace.expertOutput.matrix(rows: range.count, columns: hidden.columns)
            linear.weight.multiply(
                coefficients.values.rows(range), into: product, bias: linear.bias, by: kernel, team: team)
            for noise in noises {
                addNoise(
                    noise, layer, expert: expert, block, coefficients.values.rows(range), to: product, workspace, team
                ) { member in
                    let places = routing.assignments(of: expert, in: member.rows)
                    return places.lowerBound - range.lowerBound..<places.upperBound - range.lowerBound
                }
            }
            team.forEachSlice(ofRows: range.count, nanosecondsPerRow: hidden.columns / 2) { rows in
                for row in rows {
                    let assignment = routing.assignments[range.lowerBound + row]
                    let part = product.rows(row..<row + 1)
                    Kernel.scale(part, by: assignment.weight)
                    Kernel.add(part, to: output.rows(assignment.row..<assignment.row + 1))
                }
            }
        }
        add(output, weights.mlpOutputNorm, to: hidden, team)
    }

    /// The different noises that sequences of a block ask for, in the order of the sequences.
    private static func noises(_ block: PackedBlock) -> [ValueNoise] {
        var noises: [ValueNoise] = []
        for member in block.members {
            if let noise = member.part.surgery?.noise, !noises.contains(where: { $0.key == noise.key }) {
                noises.append(noise)
            }
        }
        return noises
    }

    /// Adds, at the positions of the sequences that ask for this noise, each chosen coefficient times its vector's noise.
    ///
    /// - Parameter rows: the rows of a sequence among those of `values` and `output`.
    private func addNoise(
        _ noise: ValueNoise, _ layer: Int, expert: Int = 0, _ block: PackedBlock, _ values: MatrixView,
        to output: MatrixView, _ workspace: Workspace, _ team: WorkerTeam, rows: (PackedBlock.Member) -> Range<Int>
    ) {
        let chosen = workspace.noisyCoefficients.matrix(rows: values.rows, columns: values.columns)
        for member in block.members {
            let surgery = member.part.surgery
            let isNoisy = surgery?.noise?.key == noise.key
            for row in rows(member) {
                if isNoisy, let layers = surgery?.layers {
                    layers[layer].select(from: values[row], first: expert * values.columns, into: chosen[row])
                } else {
                    chosen[row].update(repeating: 0)
                }
            }
        }
        noise.matrix(layer: layer, expert: expert).multiply(chosen, into: output, adding: true, by: kernel, team: team)
    }

    /// The coefficients of one MLP at every row of its input: of all units, or of those given.
    private func compute(
        _ mlp: MLPWeights, _ input: MatrixView, _ units: [Int32]? = nil, into result: MatrixView, _ team: WorkerTeam
    ) {
        let part = units.map(WeightPart.outputs) ?? .all
        let all = mlp.output.weight.inputs
        // Gate and up, which may be one matrix, the units of one behind those of the other; or the one input product.
        var factors: [MatrixPart] = []
        var biases: [[Float]?] = []
        for linear in mlp.input {
            for first in stride(from: 0, to: linear.weight.outputs, by: all) {
                factors.append(MatrixPart(linear.weight, outputs: first..<first + all, part))
                biases.append(
                    linear.bias.map { bias in
                        units.map { $0.map { bias[first + Int($0)] } } ?? Array(bias[first..<first + all])
                    })
            }
        }
        WeightMatrix.multiply(input, by: factors, kernel, team: team) { products, rows, columns in
            let tiles = biases.indices.map { products.rows($0 * rows.count..<($0 + 1) * rows.count) }
            for case (let tile, let bias?) in zip(tiles, biases) {
                bias[columns].withUnsafeBufferPointer { Kernel.add($0, toEachRowOf: tile) }
            }
            Kernel.activate(
                configuration.activation, tiles[0], times: configuration.isGated ? tiles[1] : nil,
                into: result.rows(rows).columns(columns))
        }
    }

    /// Shows a tap the coefficients of all experts at the positions of a sequence.
    private func show(
        _ layer: Int, _ member: PackedBlock.Member, _ values: MatrixView, _ routing: Routing, _ workspace: Workspace,
        _ tap: CoefficientTap
    ) {
        let all = workspace.tapped.matrix(
            rows: member.rows.count, columns: configuration.layers[layer].coefficientCount)
        all.values.update(repeating: 0)
        for expert in routing.ranges.indices {
            let columns = all.columns(expert * values.columns..<(expert + 1) * values.columns)
            for place in routing.assignments(of: expert, in: member.rows) {
                let row = routing.assignments[place].row - member.rows.lowerBound
                Kernel.copy(values.rows(place..<place + 1), into: columns.rows(row..<row + 1))
            }
        }
        tap(layer, member.part.index, UnsafeBufferPointer(all.values).span)
    }
}
