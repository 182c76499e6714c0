using Microsoft.ML.Cnn.Experiments.Halving;

namespace Microsoft.ML.Cnn.Tests.Experiments.Halving;

public sealed class HalvingTests
{
    [Theory]
    [InlineData(1, 9, 3, new[] { 1, 3, 9 })]
    [InlineData(1, 10, 3, new[] { 1, 3, 10 })]
    [InlineData(1, 30, 3, new[] { 1, 3, 10, 30 })]
    [InlineData(1, 4, 3, new[] { 1, 4 })]
    [InlineData(2, 2, 2, new[] { 2 })]
    public void Rungs_shrink_by_the_factor_from_the_greatest_down_to_the_least(int least, int greatest, int factor, int[] expected)
    {
        Rungs rungs = new(least, greatest, factor);
        Assert.Equal(expected, Enumerable.Range(0, rungs.Count).Select(rung => rungs[rung]));
    }

    [Fact]
    public void Successive_halving_trains_the_best_third_three_times_longer()
    {
        SuccessiveHalving halving = new(new Rungs(1, 9, 3));
        List<TrialTask> tasks = RunOneByOne(halving, 13 + 2, trial => trial == 4 ? -1 : trial);

        Assert.Equal(Enumerable.Range(0, 9).Select(trial => new TrialTask(trial, 1)), tasks.Take(9));
        Assert.Equal([new(4, 3), new(0, 3), new(1, 3), new(4, 9)], tasks.Skip(9).Take(4));

        // Then another bracket begins.
        Assert.Equal([new(9, 1), new(10, 1)], tasks.Skip(13));
    }

    [Fact]
    public void Successive_halving_waits_for_the_whole_rung()
    {
        SuccessiveHalving halving = new(new Rungs(1, 3, 3));
        TrialTask[] tasks = [.. Enumerable.Range(0, 3).Select(halving.Begin)];
        halving.End(tasks[0], 1);
        halving.End(tasks[1], 2);
        Assert.Null(halving.Continue());
        Assert.False(halving.WantsNew);
        halving.End(tasks[2], 0);
        Assert.Equal(new TrialTask(2, 3), halving.Continue());
    }

    [Fact]
    public void Asynchronous_halving_never_waits_and_continues_the_best_third()
    {
        AsynchronousSuccessiveHalving halving = new(new Rungs(1, 9, 3));
        List<TrialTask> tasks = RunOneByOne(halving, 60, trial => trial * 7 % 31);
        Assert.All(Enumerable.Range(0, 60), step => Assert.True(tasks[step].Epochs is 1 or 3 or 9));

        int first = tasks.Count(task => task.Epochs == 1);
        int second = tasks.Count(task => task.Epochs == 3);
        int third = tasks.Count(task => task.Epochs == 9);
        // One that no longer is among the best may have gone on before better ones came: somewhat more than a third do.
        Assert.InRange(second, first / 3 - 1, first / 2);
        Assert.InRange(third, second / 3 - 1, second / 2);
        Assert.Equal(tasks.Count, tasks.Distinct().Count());

        // Who goes on was among the best of its rung at that moment.
        for (int step = 0; step < tasks.Count; step++)
        {
            if (tasks[step].Epochs == 3)
            {
                double[] before = [.. tasks.Take(step).Where(task => task.Epochs == 1).Select(task => task.TrialId * 7 % 31 + 0.0)];
                Assert.True(before.Count(loss => loss < tasks[step].TrialId * 7 % 31) < before.Length / 3);
            }
        }
    }

    [Fact]
    public void A_trial_that_failed_is_not_continued()
    {
        foreach (
            IHalving halving in new IHalving[] { new SuccessiveHalving(new(1, 3, 3)), new AsynchronousSuccessiveHalving(new(1, 3, 3)) }
        )
        {
            Assert.All(RunOneByOne(halving, 20, _ => double.MaxValue), task => Assert.Equal(1, task.Epochs));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Of_few_trials_the_best_is_trained_to_its_end(int trials)
    {
        foreach (
            IHalving halving in new IHalving[] { new SuccessiveHalving(new(1, 27, 3)), new AsynchronousSuccessiveHalving(new(1, 27, 3)) }
        )
        {
            List<TrialTask> tasks = RunUntilNothingIsLeft(
                halving,
                trials,
                task => task.TrialId == 0 && task.Epochs > 1 ? double.MaxValue : task.TrialId
            );
            Assert.Equal(trials, tasks.Count(task => task.Epochs == 1));

            // The best one fails where it goes on: then the second best takes its place.
            Assert.Equal(trials == 1 ? [] : [1], tasks.Where(task => task.Epochs == 27).Select(task => task.TrialId));
        }
    }

    [Fact]
    public void Without_halving_every_trial_is_trained_to_its_end() =>
        Assert.All(RunOneByOne(new NoHalving(7), 5, trial => trial), task => Assert.Equal(7, task.Epochs));

    private static List<TrialTask> RunUntilNothingIsLeft(IHalving halving, int trials, Func<TrialTask, double> loss)
    {
        List<TrialTask> tasks = [];
        int begun = 0;
        while (true)
        {
            halving.IsClosed = begun == trials;
            TrialTask? next = halving.Continue() ?? (halving.WantsNew && !halving.IsClosed ? halving.Begin(begun++) : null);
            if (next is not { } task)
            {
                return tasks;
            }

            tasks.Add(task);
            halving.End(task, loss(task));
        }
    }

    private static List<TrialTask> RunOneByOne(IHalving halving, int count, Func<int, double> loss)
    {
        List<TrialTask> tasks = [];
        int trials = 0;
        while (tasks.Count < count)
        {
            TrialTask task = halving.Continue() ?? halving.Begin(trials++);
            tasks.Add(task);
            halving.End(task, loss(task.TrialId));
        }

        return tasks;
    }
}
