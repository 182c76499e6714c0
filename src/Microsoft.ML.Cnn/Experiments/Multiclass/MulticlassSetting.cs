namespace Microsoft.ML.Cnn.Experiments.Multiclass;

/// <summary>What an experiment is about, once all is set.</summary>
/// <param name="Train">Images to train on.</param>
/// <param name="Validation">Images that trials are compared by.</param>
/// <param name="Options">The trainer's options for parameters.</param>
/// <param name="Metric">What is made as good as it can be.</param>
/// <param name="MostEpochs">Epochs of a trial that is trained to its end.</param>
/// <param name="ThreadsOfTrial">Threads that a trial computes with.</param>
/// <param name="Seed">Of the experiment.</param>
/// <param name="Monitor">Is told of epochs.</param>
internal sealed record MulticlassSetting(
    IDataView Train,
    IDataView Validation,
    Func<CnnParameters, CnnMulticlassTrainer.Options> Options,
    CnnMetric Metric,
    int MostEpochs,
    int ThreadsOfTrial,
    int Seed,
    ICnnMonitor? Monitor
);
