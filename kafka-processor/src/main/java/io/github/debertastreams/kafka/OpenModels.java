package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The models of all rules, open until this is closed. */
record OpenModels(List<PredictionService> services) implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenModels.class);

    /** @throws io.github.debertastreams.model.error.ModelException where one cannot be opened; then none is */
    static OpenModels of(List<Rule> rules, Function<ModelOptions, TextModel> open) {
        OpenModels models = new OpenModels(new ArrayList<>());
        try {
            for (Rule rule : rules) {
                PredictionService service = PredictionService.acquire(rule.modelOptions(), open);
                models.services.add(service);
                log.info(
                        "rule {}: {} → {}, model {} ({}), task {}, backend {}",
                        rule.name(),
                        rule.input().topic(),
                        rule.output().topic(),
                        service.model().name(),
                        service.model().revision(),
                        service.model().task(),
                        service.model().backend());
            }
            return models;
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
    }

    @Override
    public void close() {
        services.forEach(PredictionService::close);
    }
}
