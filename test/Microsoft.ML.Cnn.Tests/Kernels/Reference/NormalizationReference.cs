using Microsoft.ML.Cnn.Kernels;
using Microsoft.ML.Cnn.Tests.Testing;

namespace Microsoft.ML.Cnn.Tests.Kernels.Reference;

/// <summary>Normalization from its formulas, over rows of channels: the innermost dimension of a batch.</summary>
internal static class NormalizationReference
{
    public static Batch Respond(Batch x, ResponseNormalization constants)
    {
        Batch y = new(x.Images, x.Shape);
        int channels = x.Shape.Channels;
        for (int at = 0; at < x.Values.Length; at++)
        {
            y.Values[at] = x.Values[at] * Math.Pow(Scale(x.Values, at, channels, constants), -constants.Beta);
        }

        return y;
    }

    public static Batch RespondGradient(Batch x, Batch dy, ResponseNormalization constants)
    {
        Batch dx = new(x.Images, x.Shape);
        int channels = x.Shape.Channels;
        for (int at = 0; at < x.Values.Length; at++)
        {
            double s = Scale(x.Values, at, channels, constants);
            dx.Values[at] += dy.Values[at] * Math.Pow(s, -constants.Beta);
            foreach (int neighbour in Window(at, channels, constants))
            {
                double slope = -2.0 * constants.Alpha * constants.Beta * x.Values[at] * x.Values[neighbour];
                dx.Values[neighbour] += dy.Values[at] * slope * Math.Pow(s, -constants.Beta - 1);
            }
        }

        return dx;
    }

    /// <summary>The mean and the biased variance of each channel.</summary>
    public static (double Mean, double Variance)[] Moments(Batch x) =>
        [
            .. Enumerable
                .Range(0, x.Shape.Channels)
                .Select(channel =>
                {
                    double[] values = Channel(x.Values, channel, x.Shape.Channels);
                    double mean = values.Average();
                    return (mean, values.Average(value => (value - mean) * (value - mean)));
                }),
        ];

    public static Batch Normalize(Batch x, double epsilon, double[] gamma, double[] beta)
    {
        Batch y = new(x.Images, x.Shape);
        (double Mean, double Variance)[] moments = Moments(x);
        for (int i = 0; i < y.Values.Length; i++)
        {
            int c = i % gamma.Length;
            y.Values[i] = (x.Values[i] - moments[c].Mean) / Math.Sqrt(moments[c].Variance + epsilon) * gamma[c] + beta[c];
        }

        return y;
    }

    public static (Batch Dx, double[] Dgamma, double[] Dbeta) NormalizeGradient(Batch x, Batch dy, double epsilon, double[] gamma)
    {
        Batch dx = new(x.Images, x.Shape);
        int channels = gamma.Length;
        double count = (double)x.Values.Length / channels;
        Batch normalized = Normalize(x, epsilon, [.. gamma.Select(_ => 1.0)], new double[channels]);
        (double Mean, double Variance)[] moments = Moments(x);
        double[] dgamma = new double[channels];
        double[] dbeta = new double[channels];
        for (int i = 0; i < x.Values.Length; i++)
        {
            dgamma[i % channels] += dy.Values[i] * normalized.Values[i];
            dbeta[i % channels] += dy.Values[i];
        }

        for (int i = 0; i < x.Values.Length; i++)
        {
            int c = i % channels;
            double centered = dy.Values[i] - dbeta[c] / count - normalized.Values[i] * dgamma[c] / count;
            dx.Values[i] = gamma[c] / Math.Sqrt(moments[c].Variance + epsilon) * centered;
        }

        return (dx, dgamma, dbeta);
    }

    private static double[] Channel(double[] values, int channel, int channels) =>
        [.. Enumerable.Range(0, values.Length / channels).Select(pixel => values[pixel * channels + channel])];

    private static double Scale(double[] x, int at, int channels, ResponseNormalization constants) =>
        constants.K + constants.Alpha * Window(at, channels, constants).Sum(i => x[i] * x[i]);

    private static IEnumerable<int> Window(int at, int channels, ResponseNormalization constants)
    {
        int channel = at % channels;
        int first = Math.Max(0, channel - constants.Size / 2);
        int last = Math.Min(channels - 1, channel + constants.Size / 2);
        return Enumerable.Range(at - channel + first, last - first + 1);
    }
}
