package dev.flops.bench.task;

import dev.flops.models.vision.SmallCnnConfig;
import dev.flops.models.vision.VisionTransformerConfig;

/** Networks for other numbers of classes than those they have by default. */
final class ModelClasses {
    private ModelClasses() {}

    /**
     * The same task with as many logits as there are classes.
     *
     * @param config a task
     * @param classes number of classes of its data
     * @return the task
     */
    static TaskConfig fitted(TaskConfig config, int classes) {
        if (config.model().create(config.seed()).outputs() == classes) {
            return config;
        }
        return config.but().model(fitted(config.model(), classes)).build();
    }

    private static ModelConfig fitted(ModelConfig model, int classes) {
        return switch (model) {
            case ModelConfig.Vit vit -> {
                VisionTransformerConfig of = vit.dimensions();
                yield new ModelConfig.Vit(new VisionTransformerConfig(
                        of.imageSize(),
                        of.channels(),
                        of.patchSize(),
                        of.features(),
                        of.depth(),
                        of.heads(),
                        of.hidden(),
                        classes));
            }
            case ModelConfig.Cnn cnn -> {
                SmallCnnConfig of = cnn.dimensions();
                yield new ModelConfig.Cnn(new SmallCnnConfig(of.imageSize(), of.channels(), of.widths(), classes));
            }
            case ModelConfig.Pretrained _, ModelConfig.PretrainedBody _ -> new ModelConfig.PretrainedBody(classes);
            case ModelConfig.Preset preset -> new ModelConfig.Preset(preset.preset(), preset.channels(), classes);
            case ModelConfig.Adapted adapted ->
                new ModelConfig.Adapted(fitted(adapted.base(), classes), adapted.adapter());
        };
    }
}
