package dev.flops.verify.support;

import dev.flops.models.vision.VisionTransformerConfig;

/**
 * A vision transformer in double precision. The last block computes all tokens and drops all but the class token at the
 * end, so that it checks that the network under test may leave them out.
 *
 * <p>Where the network under test perturbs the class token alone, so does a probe: it is shown that token's part.
 */
final class VisionTransformerOracle implements OracleNetwork {
    private static final double EPSILON = 1e-6;

    private final VisionTransformerConfig config;
    private final NetworkCase.At at;

    VisionTransformerOracle(VisionTransformerConfig config, NetworkCase.At at) {
        this.config = config;
        this.at = at;
    }

    @Override
    public double[] logits(double[] theta, double[] image, Probe probe) {
        int d = config.features();
        OracleMath.Geometry g = new OracleMath.Geometry(
                config.imageSize(),
                config.imageSize(),
                config.channels(),
                config.patchSize(),
                config.patchSize(),
                0,
                1);
        double[] patches = OracleMath.convolution(
                image, g, theta, at.of("patch_embed.proj.weight"), at.of("patch_embed.proj.bias"), d, 1);
        probe.at(0, patches);
        double[] x = new double[patches.length + d];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i < d ? theta[at.of("cls_token") + i] : patches[i - d]) + theta[at.of("pos_embed") + i];
        }
        probe.at(1, x);
        int site = 2;
        for (int block = 0; block < config.depth(); block++) {
            int shown = block == config.depth() - 1 ? d : x.length;
            x = block("blocks." + block, theta, x, shown, site, probe);
            site += 6;
        }
        double[] token = new double[d];
        System.arraycopy(x, 0, token, 0, d);
        token = OracleMath.layerNorm(token, d, theta, at.of("norm.weight"), at.of("norm.bias"), EPSILON);
        probe.at(site, token);
        double[] z = OracleMath.linear(token, d, theta, at.of("head.weight"), at.of("head.bias"), config.classes());
        probe.at(site + 1, z);
        return z;
    }

    /** x + attention(norm1(x)), then + mlp(norm2(·)); sites behind the attention are shown {@code shown} values of d-rows. */
    private double[] block(String name, double[] theta, double[] x, int shown, int site, Probe probe) {
        int d = config.features();
        int hidden = config.hidden();
        double[] n = norm(name + ".norm1", theta, x);
        probe.at(site, n);
        double[] qkv = linear(name + ".attn.qkv", theta, n, d, 3 * d);
        probe.at(site + 1, qkv);
        double[] p = linear(name + ".attn.proj", theta, OracleMath.attention(qkv, d, config.heads()), d, d);
        show(probe, site + 2, p, shown);
        double[] r = OracleMath.sum(x, p);
        double[] m = norm(name + ".norm2", theta, r);
        show(probe, site + 3, m, shown);
        double[] f = linear(name + ".mlp.fc1", theta, m, d, hidden);
        show(probe, site + 4, f, shown / d * hidden);
        double[] o = linear(name + ".mlp.fc2", theta, OracleMath.gelu(f), hidden, d);
        show(probe, site + 5, o, shown);
        return OracleMath.sum(r, o);
    }

    private double[] norm(String name, double[] theta, double[] x) {
        return OracleMath.layerNorm(
                x, config.features(), theta, at.of(name + ".weight"), at.of(name + ".bias"), EPSILON);
    }

    private double[] linear(String name, double[] theta, double[] x, int in, int out) {
        return OracleMath.linear(x, in, theta, at.of(name + ".weight"), at.of(name + ".bias"), out);
    }

    private static void show(Probe probe, int site, double[] values, int count) {
        double[] part = new double[count];
        System.arraycopy(values, 0, part, 0, count);
        probe.at(site, part);
        System.arraycopy(part, 0, values, 0, count);
    }
}
