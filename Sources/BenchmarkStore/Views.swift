import GRDB

/// Views for people who open a store with SQLite or Datasette; no program of ours reads them.
///
/// They belong to the schema's version: who changes one adds a step to `Schema.steps`.
enum Views {
    static func replaceAll(_ db: Database) throws {
        for view in all.reversed() { try db.execute(sql: "DROP VIEW IF EXISTS \(view.name)") }
        for view in all { try db.execute(sql: "CREATE VIEW \(view.name) AS \(view.query)") }
    }

    /// Names and queries; a view comes after those it uses.
    static let all: [(name: String, query: String)] = [
        ("questions", questions), ("attribution", attribution), ("provenance", provenance),
        ("concept_summary", conceptSummary), ("predictions", predictions), ("accuracy", accuracy),
        ("concept_scores", conceptScores), ("run_scores", runScores),
    ]

    // MARK: - Questions

    /// One row per question.
    private static let questions = """
        SELECT question.id AS question_id, concept_id, title AS concept, tier, popularity, kind, relation,
            text AS question,
            json_extract(options, '$[0]') AS A, json_extract(options, '$[1]') AS B,
            json_extract(options, '$[2]') AS C, json_extract(options, '$[3]') AS D,
            substr('ABCD', answer_index + 1, 1) AS letter,
            json_extract(options, '$[' || answer_index || ']') AS answer,
            (SELECT group_concat(value, ' | ') FROM json_each(answers)) AS accepted,
            value_type, precision, source, source_detail
        FROM question JOIN concept ON concept.id = concept_id
        """

    /// One row per page that questions were made from: what must be said of its authors' work.
    ///
    /// The address of a page is known where that of the main page ends in its title. `Special:PermanentLink` is understood by wikis
    /// of all languages.
    private static let attribution = """
        SELECT page_id, title, prefix || replace(replace(replace(replace(replace(
                title, '%', '%25'), '?', '%3F'), '"', '%22'), '+', '%2B'), ' ', '_') AS url,
            revision_id, prefix || 'Special:PermanentLink/' || revision_id AS revision_url, timestamp,
            site_name, database_name, file AS dump
        FROM (
            SELECT page.id AS page_id, title, revision_id, timestamp, site_name, database_name, file,
                CASE WHEN base LIKE 'http%' AND instr(base, '?') = 0
                    THEN rtrim(base, replace(base, '/', '')) END AS prefix
            FROM page LEFT JOIN dump ON dump.id = dump_id
        )
        """

    /// One row per question: its fact, page, place in the dump, and the template that asked for it.
    private static let provenance = """
        SELECT question.id AS question_id, concept.title AS concept, question.relation, question.text AS question,
            json_extract(options, '$[' || answer_index || ']') AS answer, question.source,
            fact_id, infobox, parameter, qualifier, raw_value, sentence,
            substr(sentence, gap_start + 1, gap_end - gap_start) AS gap, category, all_values,
            page.id AS page_id, page.title AS page, namespace, url, page.revision_id, revision_url,
            page.timestamp, sha1, attribution.dump, byte_offset, stream_offset, block_offset,
            pack, sha256 AS pack_sha256, wording.relation AS pack_relation, template, options_from
        FROM question JOIN concept ON concept.id = concept_id
            LEFT JOIN fact ON fact.id = fact_id
            LEFT JOIN page ON page.id = question.page_id
            LEFT JOIN attribution ON attribution.page_id = page.id
            LEFT JOIN wording ON wording.id = wording_id
            LEFT JOIN template_pack ON template_pack.name = pack
        """

    /// One row per concept, with the numbers of its questions.
    private static let conceptSummary = """
        SELECT concept.id AS concept_id, title AS concept, tier, popularity, kind,
            count(question.id) AS questions, count(DISTINCT relation) AS relations,
            count(CASE source WHEN 'parameter' THEN 1 END) AS from_parameters,
            count(CASE source WHEN 'lead' THEN 1 END) AS from_lead,
            count(CASE source WHEN 'cloze' THEN 1 END) AS from_gaps,
            count(CASE source WHEN 'category' THEN 1 END) AS from_categories
        FROM concept LEFT JOIN question ON concept_id = concept.id
        GROUP BY concept.id
        """

    // MARK: - Runs

    /// One row per run and question: what the unmasked model answered. Of equal scores the first letter counts.
    private static let predictions = """
        SELECT run_id, label AS run, question_id, concept_id, text AS question,
            json_extract(options, '$[' || answer_index || ']') AS answer,
            substr('ABCD', answer_index + 1, 1) AS letter, substr('ABCD', prediction + 1, 1) AS predicted,
            prediction = answer_index AS correct, generated, generation_correct
        FROM (
            SELECT *, CASE
                WHEN score_a >= score_b AND score_a >= score_c AND score_a >= score_d THEN 0
                WHEN score_b >= score_c AND score_b >= score_d THEN 1
                WHEN score_c >= score_d THEN 2 ELSE 3 END AS prediction
            FROM answer
        )
        JOIN run ON run.id = run_id
        JOIN question ON question.id = question_id
        """

    /// One row per run and concept: shares of right answers, unmasked.
    private static let accuracy = """
        SELECT run_id, run, concept_id, title AS concept, tier, popularity, count(*) AS answered,
            avg(correct) AS accuracy_mcq, avg(generation_correct) AS accuracy_generation
        FROM predictions JOIN concept ON concept.id = concept_id
        GROUP BY run_id, concept_id
        """

    /// One row per run, concept and ratio: accuracies under the concept's mask, and unmasked on the same questions (`_0`).
    ///
    /// CROSS JOIN keeps the order that is quick: from a plan's lists to the questions. Grouped subqueries are computed once.
    private static let conceptScores = """
        SELECT own.run_id, label AS run, own.concept_id, title AS concept, tier, popularity, own.position, ratio, top,
            specific, general, specific_0, general_0, original,
            ((specific_0 - specific) - (general_0 - general)) / nullif(original, 0) AS selective_drop
        FROM (
            SELECT plan.run_id, plan.concept_id, position, ratio, top,
                avg(answer_index = json_extract(related_predictions, '$[' || key || ']')) AS specific
            FROM plan JOIN masked_result USING (run_id, concept_id)
                CROSS JOIN json_each(related) CROSS JOIN question ON question.id = value
            GROUP BY plan.run_id, plan.concept_id, position
        ) AS own
        JOIN (
            SELECT plan.run_id, plan.concept_id, position,
                avg(answer_index = json_extract(control_predictions, '$[' || key || ']')) AS general
            FROM plan JOIN masked_result USING (run_id, concept_id)
                CROSS JOIN json_each(evaluation_controls) CROSS JOIN question ON question.id = value
            GROUP BY plan.run_id, plan.concept_id, position
        ) AS control USING (run_id, concept_id, position)
        JOIN (
            SELECT plan.run_id, plan.concept_id, avg(correct) AS specific_0
            FROM plan CROSS JOIN json_each(related)
                CROSS JOIN predictions ON predictions.run_id = plan.run_id AND question_id = value
            GROUP BY plan.run_id, plan.concept_id
        ) AS own_0 USING (run_id, concept_id)
        JOIN (
            SELECT plan.run_id, plan.concept_id, avg(correct) AS general_0
            FROM plan CROSS JOIN json_each(evaluation_controls)
                CROSS JOIN predictions ON predictions.run_id = plan.run_id AND question_id = value
            GROUP BY plan.run_id, plan.concept_id
        ) AS control_0 USING (run_id, concept_id)
        JOIN (SELECT run_id, avg(correct) AS original FROM predictions GROUP BY run_id) AS whole USING (run_id)
        JOIN run ON run.id = own.run_id
        JOIN concept ON concept.id = own.concept_id
        """

    /// One row per run and ratio: means over the concepts that are finished, and PSS.
    private static let runScores = """
        SELECT run_id, run, position, ratio, top, count(*) AS concepts, original, avg(specific_0) AS specific_0,
            avg(general_0) AS general_0, avg(specific) AS specific, avg(general) AS general,
            abs(avg(general) - avg(specific)) / nullif(original, 0) AS pss,
            (avg(general) - avg(specific)) / nullif(original, 0) AS pss_signed,
            avg(selective_drop) AS selective_drop
        FROM concept_scores
        GROUP BY run_id, position
        """
}
