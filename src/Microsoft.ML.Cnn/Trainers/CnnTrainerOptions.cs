using Microsoft.ML.Cnn.Trainers;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Cnn;

/// <summary>Options that all trainers of convolutional networks share.</summary>
public abstract class CnnTrainerOptions
{
    /// <summary>The column of labels.</summary>
    public string LabelColumnName = "Label";

    /// <summary>The column of images: a vector of <see cref="float"/> of known size, which may be sparse.</summary>
    public string FeatureColumnName = "Features";

    /// <summary>
    /// The column of example weights, of type <see cref="float"/>; none by default. A row of weight 0 is left out; a weight that is negative, NaN or
    /// infinite is refused.
    /// </summary>
    public string? ExampleWeightColumnName;

    /// <summary>
    /// The layers up to, but without, the output layer, which the trainer appends. Required, unless there is a <see cref="PretrainedModel"/>, whose layers are then
    /// taken.
    /// </summary>
    public Network Network = null!;

    /// <summary>
    /// A trained model, whose weights, running statistics and normalization training begins with; only the output layer, which fits the label, begins anew. The
    /// <see cref="Network"/>, if one is given, has the model's layers from the first on, as many as are wanted. <see cref="Normalization"/> comes before the model's.
    /// </summary>
    public CnnModel? PretrainedModel;

    /// <summary>
    /// The path of a layer or block, such as <c>conv4</c>: it and all layers before it stay as they are. No gradient is computed that only they would need; batch
    /// normalization among them uses its running statistics, and does not change them. Dropout still drops.
    /// </summary>
    public string? FreezeUpTo;

    /// <summary>
    /// Paths of layers and blocks that stay as they are, likewise; <c>*</c> stands for any characters, such as in <c>block1.batchNorm*</c>. None by default.
    /// </summary>
    public IReadOnlyList<string> Frozen = [];

    /// <summary>What the learning rate is multiplied by in all layers but the output layer; above 0, 1 by default.</summary>
    public float BodyLearningRateMultiplier = 1;

    /// <summary>Passes over the training images, at least 1.</summary>
    [Range(5, 50, 15, false)]
    public int Epoch = 15;

    /// <summary>Images of a step, at least 1.</summary>
    [Range(16, 256, 64, true)]
    public int BatchSize = 64;

    /// <summary>The learning rate that the schedule begins with, above 0.</summary>
    [Range(0.001f, 0.2f, 0.03f, true)]
    public float LearningRate = 0.03f;

    /// <summary>How a step follows from the gradients.</summary>
    [Choice("Sgd", "AdamW")]
    public Optimizer Optimizer = new Sgd(momentum: 0.9f, weightDecay: 5e-4f);

    /// <summary>What is done to gradients before each step, such as <c>new ClipByNorm(1)</c>; nothing by default.</summary>
    public GradientClipping? GradientClipping;

    /// <summary>How the learning rate changes over the epochs.</summary>
    [Choice("Cosine", "OneCycle")]
    public LearningRateSchedule LearningRateScheduler = LearningRateSchedule.Cosine();

    /// <summary>When training ends before its last epoch, such as <c>new EarlyStopping(patience: 3)</c>; the model is that of the best epoch then. Never by default.</summary>
    public EarlyStopping? EarlyStoppingCriteria;

    /// <summary>Images to measure loss and accuracy with after each epoch. The <c>Fit</c> that takes validation data comes before it.</summary>
    public IDataView? ValidationSet;

    /// <summary>
    /// The share of the training images, from above 0 to below 1, that is not trained on but measured with after each epoch; of every class the same
    /// share, to within a thousandth of its rows. Which rows those are follows from <see cref="Seed"/> and the identity of the row, and is
    /// the same in each epoch. None by default.
    /// </summary>
    public float? ValidationSetFraction;

    /// <summary>
    /// Rows that a buffer for shuffling holds where the data cannot shuffle itself, at least 1. By default as many as 256 MB hold, and no more than
    /// there are.
    /// </summary>
    public int? ShuffleBufferSize;

    /// <summary>The shape of an image; by default that of the feature column. Required where the column is a flat vector.</summary>
    public Shape? InputShape;

    /// <summary>
    /// How an image lies in the vector; by default as the feature column's dimensions say, and <see cref="PixelOrder.Interleaved"/> where those say nothing.
    /// </summary>
    public PixelOrder? PixelOrder;

    /// <summary>What is done to pixels before the first layer; by default each channel is brought to mean 0 and deviation 1, learned in a first pass.</summary>
    public PixelNormalization? Normalization;

    /// <summary>
    /// What is done by chance to each training image, anew in each epoch, before it is normalized; never to images that are measured or predicted. Such as
    /// <c>[new HorizontalFlip(), new RandomCrop(padding: 4)]</c>; nothing by default. It is done on a thread beside those that compute.
    /// </summary>
    [Choice("None", "Crop", "FlipAndCrop")]
    public AugmentationSequence Augmentation = [];

    /// <summary>
    /// The alpha of mixup, at least 0; 0, for none, by default, and 0.1 to 0.4 are customary (H. Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018). Each training
    /// image, changed by <see cref="Augmentation"/>, is blended with another of its batch: lambda of the one and 1 - lambda of the other. Lambda is drawn for each image and
    /// epoch from the distribution Beta(alpha, alpha); each image is once the first of a pair and once the second. An image that is alone in its batch, as it may be in the last of an
    /// epoch, stays as it is.
    /// </summary>
    /// <remarks>
    /// With the weights and losses of the two labels, the loss of a class is lambda w1 loss1 + (1 - lambda) w2 loss2, and so are the weights that it is divided by: weights of
    /// examples and classes, and label smoothing, go with their label. Of labels that are numbers, and of true and false as 1 and 0, the mean by these weights becomes the label.
    /// </remarks>
    public float MixUp;

    /// <summary>How convolutions are computed, while training and by the trained model.</summary>
    public ConvolutionAlgorithm ConvolutionAlgorithm;

    /// <summary>
    /// Whether training may begin although its memory, worked out beforehand, is more than the machine has. By default that is refused with an
    /// <see cref="InsufficientMemoryException"/>.
    /// </summary>
    public bool IgnoreMemoryEstimate;

    /// <summary>Threads that compute, at least 1; by default as many as there are cores. The trained model does not depend on them.</summary>
    public int? Threads;

    /// <summary>
    /// Of first weights, order of images, augmentation, mixup and dropout: equal seeds give equal models. By default it is drawn from the random numbers of the
    /// <see cref="MLContext"/> when the trainer is created; a training that goes on from a checkpoint in <see cref="WorkspacePath"/> goes on with the seed that was drawn then. It must be
    /// set where <see cref="ValidationSetFraction"/> is and the path has <c>{data}</c> in it.
    /// </summary>
    public int? Seed;

    /// <summary>
    /// A folder for checkpoints, made if it is not there; none by default. It keeps <c>last.checkpoint</c>, from which the same <c>Fit</c> goes on after it was
    /// interrupted at any moment, and <c>best.zip</c>, the model of the epoch that is best by the metric of <see cref="EarlyStoppingCriteria"/>; without that, by the
    /// validation loss, or the training loss where there are no validation images. <see cref="CnnModel.Load(string)"/> reads it. A training that goes on ends in the same bits as one
    /// that was never interrupted; <see cref="MetricsCallback"/> is told once more of the epochs that are over. One training uses a folder at a time.
    /// </summary>
    /// <remarks>
    /// It goes on with the same training rows in their order, the same validation rows by order, labels and weights (their pixels are not compared), the same network and options; with
    /// others it is refused.
    ///
    /// A path with <c>{data}</c> in it, such as <c>runs/{data}</c>, is another folder for other training rows, named by them: so that each fold of a cross-validation has its own, and
    /// an interrupted cross-validation goes on in the midst of a fold.
    /// </remarks>
    public string? WorkspacePath;

    /// <summary>
    /// The time from one checkpoint within an epoch to the next, 10 minutes by default; there is one after each epoch anyway. Zero saves after every step.
    /// </summary>
    public TimeSpan CheckpointInterval = TimeSpan.FromMinutes(10);

    /// <summary>What to do with a checkpoint that is in <see cref="WorkspacePath"/>; by default training goes on from it, or refuses one of another training.</summary>
    public ResumePolicy Resume;

    /// <summary>Called on the training thread after each epoch.</summary>
    public Action<CnnTrainingMetrics>? MetricsCallback;

    /// <summary>Told after each epoch, as <see cref="MetricsCallback"/>.</summary>
    public IProgress<CnnTrainingMetrics>? Progress;

    /// <summary>Told between batches, no more often than <see cref="BatchProgressInterval"/> allows, how far training has come, how fast it is, and how long it will take.</summary>
    public IProgress<CnnTrainingProgress>? BatchProgress;

    /// <summary>The least time between two reports to <see cref="BatchProgress"/>, at least zero; there is one at the end of each epoch anyway.</summary>
    public TimeSpan BatchProgressInterval = TimeSpan.FromSeconds(0.5);

    /// <summary>Stops training within a batch; <see cref="OnCancellation"/> says with what result.</summary>
    public CancellationToken CancellationToken;

    /// <summary>What becomes of a training that is canceled: an <see cref="OperationCanceledException"/> by default.</summary>
    public OnCancellation OnCancellation;

    private protected CnnTrainerOptions() { }

    /// <summary>What labels the trainer takes.</summary>
    internal abstract LabelRule LabelRule { get; }

    /// <summary>What the short forms of the catalogs set.</summary>
    internal static TOptions Basic<TOptions>(
        Network network,
        string labelColumnName,
        string featureColumnName,
        string? exampleWeightColumnName,
        int epoch,
        int batchSize,
        float learningRate
    )
        where TOptions : CnnTrainerOptions, new() =>
        new()
        {
            Network = network,
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            Epoch = epoch,
            BatchSize = batchSize,
            LearningRate = learningRate,
        };

    /// <summary>A copy that later changes of the fields do not reach.</summary>
    internal CnnTrainerOptions Snapshot()
    {
        CnnTrainerOptions copy = (CnnTrainerOptions)MemberwiseClone();
        copy.Frozen = [.. Frozen];
        return copy;
    }
}
