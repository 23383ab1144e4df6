package io.github.debertastreams.kafka;

import io.github.debertastreams.model.ModelOptions;
import io.github.debertastreams.model.TextModel;
import io.github.debertastreams.model.batch.ModelWatch;
import io.github.debertastreams.model.batch.PredictionService;
import io.github.debertastreams.rules.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of all rules, open until this is closed: a bad model stops the start, and a rebalance never reopens one.
 *
 * @param maxPending by rule, what its model can finish in time
 */
record OpenModels(List<PredictionService> services, List<ModelWatch> watches, Map<String, Integer> maxPending)
        implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenModels.class);

    /**
     * @throws io.github.debertastreams.model.error.ModelException where one cannot be opened; then none is
     * @throws IllegalArgumentException where one is too slow for the limits
     */
    static OpenModels of(KafkaProcessorConfig config, ModelSource source) {
        OpenModels models = new OpenModels(new ArrayList<>(), new ArrayList<>(), new HashMap<>());
        try {
            TimeLimits limits = TimeLimits.of(config.streams());
            Map<ModelOptions, BatchTrial> trials = new HashMap<>();
            Set<ModelOptions> watched = new HashSet<>();
            for (Rule rule : config.rules()) {
                PredictionService service = models.open(rule, source.open());
                BatchTrial trial =
                        trials.computeIfAbsent(service.options(), options -> BatchTrial.of(service.model(), options));
                models.maxPending.put(rule.name(), limits.maxPending(rule, trial));
                if (KafkaProcessorConfig.watches(rule) && watched.add(service.options())) {
                    models.watches.add(ModelWatch.start(
                            service,
                            source.open(),
                            source.revision(),
                            config.operations().watchInterval()));
                }
            }
            return models;
        } catch (RuntimeException e) {
            models.close();
            throw e;
        }
    }

    private PredictionService open(Rule rule, Function<ModelOptions, TextModel> open) {
        PredictionService service = PredictionService.acquire(rule.modelOptions(), open);
        services.add(service);
        log.info(
                "rule {}: {} -> {}, model {} ({}), task {}, backend {}",
                rule.name(),
                rule.input().topic(),
                rule.output().topic(),
                service.model().name(),
                service.model().revision(),
                service.model().task(),
                service.model().backend());
        return service;
    }

    @Override
    public void close() {
        watches.forEach(ModelWatch::close);
        services.forEach(PredictionService::close);
    }
}
