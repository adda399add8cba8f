package dev.flops.bench.report;

import dev.flops.bench.task.BudgetChoice;
import dev.flops.bench.task.ModelConfig;
import dev.flops.bench.task.TaskConfig;
import dev.flops.models.adapter.Adapter;
import dev.flops.models.adapter.InputPrompt;
import dev.flops.models.adapter.LowRankAdapter;
import dev.flops.models.adapter.VisualPrompt;
import dev.flops.models.vision.PretrainedVit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration of a task as it stands in {@code summary.json}: everything needed to run it again. */
public final class Configuration {
    private Configuration() {}

    /**
     * The configuration by name.
     *
     * @param config a task
     * @return names and values as they go into JSON
     */
    public static Map<String, @Nullable Object> of(TaskConfig config) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("model", model(config.model()));
        map.put("data", config.data().set().toString());
        map.put("dataDirectory", config.data().directory().map(Path::toString).orElse(null));
        map.put("probeExamples", config.data().probeExamples());
        map.put(
                "shots",
                config.data().shots().isPresent() ? config.data().shots().getAsInt() : null);
        map.put("estimator", config.estimator().estimator().toString());
        map.put("scheme", config.estimator().scheme().toString());
        map.put("sigma", Double.valueOf(Float.toString(config.estimator().sigma())));
        map.put("siteScale", config.estimator().scale().toString());
        map.put("siteSpace", config.estimator().space().toString());
        map.put("samplesPerChunk", config.estimator().samplesPerChunk());
        map.put("trained", config.trained().toString());
        map.put("allocator", config.allocation().allocator().toString());
        map.put("memoryWeight", config.allocation().memoryWeight());
        map.put(
                "budget",
                config.budget().queries().isPresent()
                        ? config.budget().queries().getAsLong()
                        : null);
        if (config.budget().choice() != BudgetChoice.FIXED) {
            map.put("budgetRule", config.budget().choice().toString());
        }
        map.put("samplesPerExample", config.budget().samplesPerExample());
        map.put("minimumSamples", config.budget().minimumSamples());
        map.put("optimizer", "adam");
        map.put("schedule", "cosine");
        map.put("learningRate", config.optimizer().learningRate());
        map.put("warmupSteps", config.optimizer().warmupSteps());
        map.put("finalFraction", config.optimizer().finalFraction());
        map.put("steps", config.steps());
        map.put("batch", config.batch());
        map.put("seed", config.seed());
        map.put("threads", config.threads());
        map.put("simd", config.simd().toString());
        map.put("metricsEvery", config.report().metricsEvery());
        map.put("probeEvery", config.report().probeEvery());
        return map;
    }

    /**
     * What decides the result of a task, bit for bit: the configuration without what changes no result, the data by content and not
     * by place.
     *
     * @param config a task
     * @param dataDigest fingerprint of its examples
     * @return names and values as they go into JSON
     */
    public static Map<String, @Nullable Object> deciding(TaskConfig config, String dataDigest) {
        Map<String, @Nullable Object> map = of(config);
        for (String name : List.of("dataDirectory", "samplesPerChunk", "threads", "simd")) {
            map.remove(name);
        }
        map.put("dataDigest", dataDigest);
        return map;
    }

    private static Map<String, Object> model(ModelConfig model) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", model.name());
        switch (model) {
            case ModelConfig.Vit vit -> map.put("dimensions", vit.dimensions());
            case ModelConfig.Pretrained _ -> map.put("dimensions", PretrainedVit.CONFIG);
            case ModelConfig.PretrainedBody body -> map.put("dimensions", PretrainedVit.config(body.classes()));
            case ModelConfig.Cnn cnn -> map.put("dimensions", cnn.dimensions());
            case ModelConfig.Preset preset ->
                map.put("dimensions", preset.preset().dimensions(preset.channels(), preset.classes()));
            case ModelConfig.Adapted adapted -> {
                map.putAll(model(adapted.base()));
                map.put("adapter", adapter(adapted.adapter()));
            }
        }
        return map;
    }

    private static Map<String, Object> adapter(Adapter adapter) {
        return switch (adapter) {
            case LowRankAdapter lora -> Map.of("kind", "lora", "rank", lora.rank(), "alpha", lora.alpha());
            case VisualPrompt prompt -> Map.of("kind", "prompt", "tokens", prompt.tokens());
            case InputPrompt prompt -> Map.of("kind", "input-prompt", "side", prompt.side());
        };
    }
}
