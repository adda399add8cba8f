package dev.flops.models.vision;

import dev.flops.models.layer.ChannelNorm;
import dev.flops.tensor.network.Network;
import java.util.List;
import java.util.Locale;

/**
 * Networks that people know by name; those of vision transformers are timm's. The number of image channels and classes
 * is free.
 */
public enum VisionPreset {
    /** ViT-Ti/16 (Touvron et al., ICML 2021). */
    VIT_TINY_PATCH16_224,
    /** ViT-S/16. */
    VIT_SMALL_PATCH16_224,
    /** ViT-B/16 (Dosovitskiy et al., ICLR 2021). */
    VIT_BASE_PATCH16_224,
    /** ViT-L/16. */
    VIT_LARGE_PATCH16_224,
    /** ViT-Ti/32. */
    VIT_TINY_PATCH32_224,
    /** ViT-S/32. */
    VIT_SMALL_PATCH32_224,
    /** ViT-B/32. */
    VIT_BASE_PATCH32_224,
    /** ViT-L/32. */
    VIT_LARGE_PATCH32_224,
    /** The smallest, of two blocks, for 28 pixels. */
    VIT_MICRO_PATCH7_28,
    /** Six blocks of ViT-Ti for 28 pixels. */
    VIT_MINI_PATCH4_28,
    /** Six blocks of ViT-Ti for 32 pixels. */
    VIT_MINI_PATCH4_32,
    /** ResNet-8 for 28 pixels, group normalisation. */
    RESNET8_28,
    /** ResNet-8 for 32 pixels, group normalisation. */
    RESNET8_32,
    /** ResNet-20 (He et al., CVPR 2016, section 4.2) for 28 pixels, group normalisation. */
    RESNET20_28,
    /** ResNet-20 for 32 pixels, group normalisation. */
    RESNET20_32,
    /** ResNet-18 in the layout of torchvision, frozen batch normalisation. */
    RESNET18_224,
    /** ResNet-18 with group normalisation. */
    RESNET18_GROUP_NORM_224,
    /** VGG-8 for 28 pixels. */
    VGG8_28,
    /** VGG-8 for 32 pixels. */
    VGG8_32,
    /** A perceptron with two hidden layers for 28 pixels. */
    MLP_28,
    /** A perceptron with two hidden layers for 32 pixels. */
    MLP_32;

    /**
     * The dimensions.
     *
     * @param channels channels of the images
     * @param classes number of logits
     * @return a {@link VisionTransformerConfig}, {@link ResNetConfig}, {@link VggConfig} or
     *     {@link MultilayerPerceptronConfig}
     */
    public Record dimensions(int channels, int classes) {
        return switch (this) {
            case VIT_TINY_PATCH16_224 -> vit(channels, classes, 224, 16, 192, 12, 3);
            case VIT_SMALL_PATCH16_224 -> vit(channels, classes, 224, 16, 384, 12, 6);
            case VIT_BASE_PATCH16_224 -> vit(channels, classes, 224, 16, 768, 12, 12);
            case VIT_LARGE_PATCH16_224 -> vit(channels, classes, 224, 16, 1024, 24, 16);
            case VIT_TINY_PATCH32_224 -> vit(channels, classes, 224, 32, 192, 12, 3);
            case VIT_SMALL_PATCH32_224 -> vit(channels, classes, 224, 32, 384, 12, 6);
            case VIT_BASE_PATCH32_224 -> vit(channels, classes, 224, 32, 768, 12, 12);
            case VIT_LARGE_PATCH32_224 -> vit(channels, classes, 224, 32, 1024, 24, 16);
            case VIT_MICRO_PATCH7_28 -> vit(channels, classes, 28, 7, 48, 2, 3);
            case VIT_MINI_PATCH4_28 -> vit(channels, classes, 28, 4, 192, 6, 3);
            case VIT_MINI_PATCH4_32 -> vit(channels, classes, 32, 4, 192, 6, 3);
            case RESNET8_28 -> smallResNet(channels, classes, 28, 1);
            case RESNET8_32 -> smallResNet(channels, classes, 32, 1);
            case RESNET20_28 -> smallResNet(channels, classes, 28, 3);
            case RESNET20_32 -> smallResNet(channels, classes, 32, 3);
            case RESNET18_224 -> resNet18(channels, classes, ChannelNorm.Kind.FROZEN_BATCH);
            case RESNET18_GROUP_NORM_224 -> resNet18(channels, classes, ChannelNorm.Kind.GROUP);
            case VGG8_28 -> vgg8(channels, classes, 28);
            case VGG8_32 -> vgg8(channels, classes, 32);
            case MLP_28 -> perceptron(channels, classes, 28);
            case MLP_32 -> perceptron(channels, classes, 32);
        };
    }

    /**
     * A network with random weights.
     *
     * @param channels channels of the images
     * @param classes number of logits
     * @param seed seed of the weights
     * @return a network of input (side, side, channels)
     */
    public Network create(int channels, int classes, long seed) {
        return switch (dimensions(channels, classes)) {
            case VisionTransformerConfig config -> VisionTransformer.create(config, seed);
            case ResNetConfig config -> ResNet.create(config, seed);
            case VggConfig config -> Vgg.create(config, seed);
            case MultilayerPerceptronConfig config -> MultilayerPerceptron.create(config, seed);
            case Record other -> throw new IllegalStateException("no network of " + other);
        };
    }

    private static Record vit(int channels, int classes, int side, int patch, int d, int depth, int heads) {
        return new VisionTransformerConfig(side, channels, patch, d, depth, heads, 4 * d, classes);
    }

    private static Record smallResNet(int channels, int classes, int side, int blocks) {
        return new ResNetConfig(
                side, channels, ResNetConfig.Stem.SMALL, List.of(16, 32, 64), blocks, ChannelNorm.Kind.GROUP, classes);
    }

    private static Record resNet18(int channels, int classes, ChannelNorm.Kind normalization) {
        return new ResNetConfig(
                224, channels, ResNetConfig.Stem.LARGE, List.of(64, 128, 256, 512), 2, normalization, classes);
    }

    private static Record vgg8(int channels, int classes, int side) {
        return new VggConfig(side, channels, List.of(32, 64, 128), 2, 128, classes);
    }

    private static Record perceptron(int channels, int classes, int side) {
        return new MultilayerPerceptronConfig(side, channels, List.of(128, 64), classes);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
