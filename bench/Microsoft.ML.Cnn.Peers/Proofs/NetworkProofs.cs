using Microsoft.ML.Cnn.Layers;
using Microsoft.ML.Cnn.Networks.Plans;
using Microsoft.ML.Cnn.Peers.Engines;
using Microsoft.ML.Cnn.Peers.Networks;
using Microsoft.ML.Cnn.Peers.Torch;
using Microsoft.ML.Cnn.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Cnn.Peers.Proofs;

/// <summary>Whole networks from equal weights, nothing dropped out: a step's loss and gradients, the losses of many steps, and predictions.</summary>
/// <param name="Name">The network's.</param>
/// <param name="Layers">The network.</param>
/// <param name="Input">The shape of an image.</param>
/// <param name="Batch">Images of a step.</param>
/// <param name="GradientBound">
/// A maximum or a ReLU whose inputs are nearly equal decides either way by the last bit, and sends its gradient elsewhere.
/// </param>
internal sealed record NetworkProofs(string Name, Network Layers, Shape Input, int Batch, double GradientBound)
{
    public const double SmoothGradientBound = 1e-4;
    public const double PiecewiseGradientBound = 1e-2;

    private const double LossBound = 1e-5;
    private const double CurveBound = 1e-2;
    private const double ScoreBound = 2e-5;
    private const int Steps = 50;

    /// <summary>Multiply-adds of an image up to which those steps are taken with libtorch; more would take minutes.</summary>
    private const long TrainableMultiplyAdds = 100_000_000;

    /// <summary>One at which the loss falls from the first step on: where it does not, a difference in the last bit grows with every step, on any side.</summary>
    private const float Rate = 0.001f;
    private const float Momentum = 0.9f;

    private static int Threads => Environment.ProcessorCount;

    /// <summary>LeNet-5's shape with nothing in it that decides.</summary>
    public static NetworkProofs Smooth { get; } =
        new(
            "tanh and average pooling",
            Network.Sequential(
                new Conv2D(6, kernel: 5, padding: 2),
                new Tanh(),
                new AveragePool2D(2),
                new Conv2D(16, kernel: 5),
                new Tanh(),
                new AveragePool2D(2),
                new Flatten(),
                new Dense(120),
                new Tanh(),
                new Dense(10)
            ),
            new Shape(28, 28, 1),
            Batch: 64,
            SmoothGradientBound
        );

    /// <summary>What values are joined in and normalized over the batch, with ReLUs behind.</summary>
    public static NetworkProofs Joined { get; } =
        new(
            "residual blocks",
            Network.Sequential(
                new Conv2D(16, kernel: 3, padding: 1, bias: false),
                new BatchNormalization(),
                new ReLU(),
                new Residual(
                    new Block(
                        new Conv2D(16, kernel: 3, padding: 1, bias: false),
                        new BatchNormalization(),
                        new ReLU(),
                        new Conv2D(16, kernel: 3, padding: 1, bias: false),
                        new BatchNormalization()
                    )
                ),
                new ReLU(),
                new Residual(
                    new Block(
                        new Conv2D(32, kernel: 4, stride: 2, padding: 1, bias: false),
                        new BatchNormalization(),
                        new ReLU(),
                        new Conv2D(32, kernel: 3, padding: 1, groups: 32)
                    ),
                    shortcut: new Conv2D(32, kernel: 2, stride: 2)
                ),
                new ReLU(),
                new Concatenation(new Conv2D(16, kernel: 1), new Identity()),
                new AveragePool2D(2),
                new Flatten(),
                new Dense(10)
            ),
            new Shape(16, 16, 3),
            Batch: 64,
            PiecewiseGradientBound
        );

    /// <summary>A compared network without its dropout.</summary>
    public static NetworkProofs Of(ComparedNetwork net) =>
        new(
            net.Name,
            Network.Sequential([.. net.Layers.Layers.Where(layer => layer is not Dropout)]),
            net.Input,
            net.TrainBatch,
            PiecewiseGradientBound
        );

    /// <summary>All proofs; only what is quick is trained.</summary>
    public IEnumerable<Proof> Run(ConvolutionAlgorithm convolutions)
    {
        IEnumerable<Proof> proofs = Step(convolutions).Concat(Prediction(convolutions));
        return Layers.Summary(Input).MultiplyAdds < TrainableMultiplyAdds ? proofs.Concat(Training(convolutions)) : proofs;
    }

    /// <summary>The loss and the gradients of one step.</summary>
    private IEnumerable<Proof> Step(ConvolutionAlgorithm convolutions)
    {
        using ComparedModel model = ComparedModel.Create(Layers, Input, convolutions);
        using TorchNetwork torch = new(model);
        Examples examples = Examples.Random(Batch, Input, model.Description.OutputLength);
        double expected = TorchStep.Run(torch, examples);

        using TrainingPlan plan = new(model.Description, model.Store, PlanOptions.For(Batch, Threads));
        yield return new($"{Name}: loss", Proof.Distance(PlanStep.Run(plan, examples), expected), LossBound);

        float[][] ours = [.. torch.Parameters.Select(parameter => parameter.Order(PlanStep.Gradient(plan, parameter.Path)))];
        float[][] theirs = [.. torch.Parameters.Select(parameter => TorchNumbers.Of(parameter.Tensor.grad!))];
        (TorchParameter farthest, double error) = torch
            .Parameters.Select((parameter, i) => (parameter, Proof.Distance(ours[i], theirs[i])))
            .MaxBy(pair => pair.Item2);
        yield return new(
            FormattableString.Invariant($"{Name}: gradients, {error:0.0e+00} that of {farthest.Path}"),
            Proof.Distance(ours, theirs),
            GradientBound
        );
    }

    /// <summary>The losses of steps of gradient descent with momentum, each on images of its own.</summary>
    private IEnumerable<Proof> Training(ConvolutionAlgorithm convolutions)
    {
        using ComparedModel model = ComparedModel.Create(Layers, Input, convolutions);
        using TorchNetwork torch = new(model);
        using optim.Optimizer optimizer = optim.SGD(torch.Module.parameters(), Rate, momentum: Momentum);
        using Learner learner = new(model.Description, model.Store, new Sgd(Momentum), PlanOptions.For(Batch, Threads));
        float[] ours = new float[Steps];
        float[] theirs = new float[Steps];
        for (int step = 0; step < Steps; step++)
        {
            Examples examples = Examples.Random(Batch, Input, model.Description.OutputLength, seed: step);
            using Batch batch = examples.ToBatch();
            ours[step] = (float)PlanStep.Loss(learner.Step(batch, Rate));
            theirs[step] = (float)TorchStep.Run(torch, examples);
            optimizer.step();
        }

        double farthest = ours.Zip(theirs, (a, b) => Proof.Distance(a, b)).Max();
        yield return new(
            FormattableString.Invariant(
                $"{Name}: losses of {Steps} steps, from {theirs[0]:0.00} to {theirs[^1]:0.00}, at the farthest {farthest:0.0e+00} apart"
            ),
            Proof.Distance(ours, theirs),
            CurveBound
        );
    }

    /// <summary>The scores of a prediction, against both peers.</summary>
    private IEnumerable<Proof> Prediction(ConvolutionAlgorithm convolutions)
    {
        using ComparedModel model = ComparedModel.Create(Layers, Input, convolutions);
        Examples examples = Examples.Random(Batch, Input, model.Description.OutputLength);
        using InferencePlan plan = new(model.Description, model.Store, PlanOptions.For(Batch, Threads));
        using Batch batch = examples.ToBatch();
        float[] scores = new float[Batch * model.Description.OutputLength];
        plan.Predict(batch, scores);

        using OnnxEngine onnx = new(model, examples, Threads, spinning: false);
        onnx.Step();
        yield return new($"{Name}: scores against {Setting.OnnxRuntime}", Proof.Distance(scores, onnx.Scores), ScoreBound);

        using TorchNetwork torch = new(model);
        torch.Module.eval();
        using IDisposable inference = inference_mode();
        using Tensor images = tensor(examples.Images, examples.Dimensions);
        using Tensor theirs = torch.Module.call(images);
        yield return new($"{Name}: scores against {Setting.Libtorch}", Proof.Distance(scores, TorchNumbers.Of(theirs)), ScoreBound);
    }
}
